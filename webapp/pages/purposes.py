"""What a person may agree to beside protection, as their page asks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.forms.people import ConsentForm
from webapp.models import Consent, Gallery, Person
from webapp.selectors import people

Purpose, Basis = Consent.Purpose, Consent.Basis


@dataclass(frozen=True, slots=True)
class Words:
    """title: of its card. agreed: after "Anna agreed". back: on the button that takes it back. why:
    what it is for. always: it is asked in every gallery that does more than look; others are asked
    only in organisations'."""

    title: str
    agreed: str
    back: str
    why: str
    always: bool = False


WORDS: Mapping[Consent.Purpose, Words] = {
    Purpose.SHARING: Words(
        "Share links",
        "to be shown behind share links",
        "Take back, and close links that show them",
        "In an organisation’s gallery faces are shown behind share links only of people who agreed "
        "to that.",
    ),
    Purpose.EXTERNAL: Words(
        "Services outside",
        "that photos are sent to services outside",
        "Take back, and send nothing more",
        "From an organisation’s gallery only photos of people who agreed are sent to services "
        "outside, that answer questions about them.",
    ),
    Purpose.GENERATION: Words(
        "Portraits",
        "that new portraits are made of them",
        "Take back, and erase all portraits",
        "New portraits are made only of people who agreed to that themselves, in a household, too: "
        "turned, with another expression, before another background.",
        always=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A purpose on a person's page. form: one that was not right."""

    purpose: Consent.Purpose
    words: Words
    given: Consent | None
    form: ConsentForm | None

    @property
    def bases(self) -> list[tuple[str, str]]:
        """Who may agree: to portraits nobody for somebody else."""
        left_out = {Basis.GUARDIAN} if self.purpose == Purpose.GENERATION else set()
        return [(one.value, one.label) for one in Basis if one not in left_out]


def purposes(person: Person, agreeing: tuple[Consent.Purpose, ConsentForm] | None) -> list[Asked]:
    """Those that are asked here, and those that were recorded anyway. agreeing: what was said on a
    form that was not right."""
    asked, form = agreeing or (None, None)
    every = [
        Asked(one, words, people.consent_of(person, one), form if one == asked else None)
        for one, words in WORDS.items()
    ]
    return [one for one in every if one.given or _asked_here(one.words, person.gallery)]


def _asked_here(words: Words, gallery: Gallery) -> bool:
    if gallery.purpose == Gallery.Purpose.ORGANISATION:
        return True
    return words.always and gallery.purpose == Gallery.Purpose.HOUSEHOLD
