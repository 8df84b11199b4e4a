"""What the photo page's panel offers: switches of sensitive readings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ml.registry import Sensitive
from webapp.models import Gallery, User
from webapp.pages.showing import Shown
from webapp.pages.wording import sensitive_words
from webapp.selectors import galleries, photos


@dataclass(frozen=True, slots=True)
class Switch:
    """A kind of sensitive reading in a gallery. never: its purpose forbids it, whoever asks."""

    kind: str
    title: str
    help: str
    on: bool
    never: bool
    may_change: bool


def sensitive_switches(user: User, gallery: Gallery) -> list[Switch]:
    """A switch for each kind that this installation's models know."""
    owner = galleries.owned_by(user).filter(pk=gallery.pk).exists()
    on, never = galleries.sensitive_kinds(gallery), galleries.never_read(gallery)
    return [
        Switch(
            kind=words.kind,
            title=words.title,
            help=words.help,
            on=Sensitive(words.kind) in on,
            never=Sensitive(words.kind) in never,
            may_change=owner and Sensitive(words.kind) not in never,
        )
        for words in sensitive_words()
    ]


@dataclass(frozen=True, slots=True)
class Switches:
    """A gallery's switches. behind: how many of its photos were looked at before one was on."""

    gallery: Gallery
    kinds: list[Switch]
    behind: int
    owner: bool


def switches_of(user: User, gallery: Gallery) -> Switches:
    """The switches with what they are about to cost."""
    kinds = sensitive_switches(user, gallery)
    behind = photos.behind(user, gallery).count() if any(kind.on for kind in kinds) else 0
    owner = galleries.owned_by(user).filter(pk=gallery.pk).exists()
    return Switches(gallery, kinds, behind, owner)


def unread(switches: Iterable[Switch], shown: Shown) -> list[str]:
    """Kinds that are on, and that no model has read of this photo's faces yet."""
    read = {run.sensitive for run in shown.runs}
    found = [switch.title.lower() for switch in switches if switch.on and switch.kind not in read]
    return found if shown.cards and not shown.provisional else []
