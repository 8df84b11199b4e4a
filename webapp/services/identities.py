"""Making up people, and holding whoever asks for that to its rules: a refusal names its rule, and
is put on record."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ValidationError

from ml.authenticity.signing import Made, Signer
from ml.errors import MLError
from ml.generation.identities_asked import IdentitiesOptions, built, judge_of, judging, maker
from ml.pipelines import Context
from webapp.models import Gallery, User
from webapp.selectors.capabilities import policy_for_portraits
from webapp.selectors.identities import ABSENT, known_in, refusal
from webapp.selectors.trust import signing_folder, trusted
from webapp.services.portrait_rules import refused_write

TITLE = "nobody's face"


def identities_check(options: IdentitiesOptions, gallery: Gallery, by: User) -> None:
    """
    Raises:
        ValidationError: a rule forbids it, and the sentence says which; the maker is not here, or
            nobody can judge what it makes.
    """
    if forbidden := refusal(options, gallery, by):
        subject = f"gallery:{gallery.pk}"
        refused_write(rule=forbidden.rule, by=by, gallery=gallery.pk, subject=subject)
        raise ValidationError({"identities": [forbidden.sentence]}, code=forbidden.rule)
    policy, card = policy_for_portraits(gallery), maker(options.engine).card
    if not policy.allows(card):
        raise ValidationError({"engine": [ABSENT.format(card.title)]})
    try:
        judge_of(options.engine, policy, {})
    except MLError as error:
        raise ValidationError({"engine": [str(error)]}) from None


def identities_build(
    *, options: IdentitiesOptions, gallery: Gallery, context: Context, folder: Path
) -> Path:
    """The manifest of a set that lies beside it, each file signed as made. Nobody in it is like a
    face of the gallery that was measured by its judge.

    Raises:
        MLError: the maker or a judge is gone, or too few are within the limits.
        Cancelled: somebody asked for that.
    """
    policy, maker_card = policy_for_portraits(gallery), maker(options.engine).card
    if not policy.allows(maker_card):
        raise MLError(ABSENT.format(maker_card.title))
    known = known_in(gallery)
    stored = {space.model: len(told) for space, told in known.items()}
    card = judge_of(options.engine, policy, stored)
    mine = next((told for space, told in known.items() if space.model == card.name), {})
    signer = Signer(signing_folder(), trusted())

    def signed(path: Path) -> None:
        """In its place: a model made it, of nothing."""
        out = path.with_suffix(".signed")
        signer.sign(path, out, "image/jpeg", Made(TITLE, ai=True))
        out.replace(path)

    judge = judging(card, policy, context)
    return built(options, judge, card, mine, signed, context, folder)
