"""Holding people to the rules of portraits: every refusal names its rule, and is put on record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from ml.generation import prompt_rules
from ml.generation.generate_asked import GenerateOptions
from ml.generation.generate_offered import lacking
from ml.generation.prompt_rules import PromptRefused
from webapp.jobs import options as values
from webapp.models import Face, Gallery, Job, Photo, User
from webapp.selectors import faces
from webapp.selectors.capabilities import policy_for_portraits
from webapp.selectors.face_hindrance import hindrance, too_small
from webapp.selectors.learning import UNLEARNT, any_learnt
from webapp.selectors.portrait_rules import Refusal, over_quota, refusal, stranger_among
from webapp.selectors.prompt_rules import in_force
from webapp.services.audit import audit_write

ONE_PHOTO = "Portraits are made of one photo at a time."
ONE_FACE = "Choose the one face that portraits are to be made of."
NOT_THEIRS = "Some of these faces are not on other photos of the same person here."
TWICE = "Choose one face of each further photo."


def portraits_check(
    *, kind: str, options: Any, gallery: Gallery, photos: Sequence[Photo], by: User
) -> None:
    """
    Raises:
        ValidationError: a rule forbids it, and the sentence says which; no face was chosen; or what
            is known of the face, or installed, says that it cannot be made.
    """
    if len(photos) != 1:
        raise ValidationError({"photos": [ONE_PHOTO]})
    face = faces.on(photos[0], options.faces).select_related("person__gallery").first()
    if face is None:
        raise ValidationError({"faces": [ONE_FACE]})
    forbidden = refusal(face=face, gallery=gallery, by=by)
    forbidden = forbidden or over_quota(by=by, count=options.count)
    _held(forbidden, "faces", face, by)
    for name in values.named(type(options), values.SAME):
        others_check(name=name, ids=getattr(options, name), face=face, by=by)
    if isinstance(options, GenerateOptions):
        if options.learnt and not any_learnt(gallery, [face]):
            raise ValidationError({"learnt": [UNLEARNT]})
        generate_check(options=options, gallery=gallery, by=by, subject=subject_of(face))
    elif why := hindrance(face):
        raise ValidationError({"faces": [why]})


def _held(forbidden: Refusal | None, name: str, face: Face, by: User) -> None:
    if forbidden is not None:
        gallery = face.photo.gallery_id
        refused_write(rule=forbidden.rule, by=by, gallery=gallery, subject=subject_of(face))
        raise ValidationError({name: [forbidden.sentence]}, code=forbidden.rule)


def others_check(*, name: str, ids: Collection[str], face: Face, by: User) -> None:
    """
    Raises:
        ValidationError: one of the further faces is not on another photo, bears another name, is
            no more like the person than a stranger's, or is known to be too small; by the
            option's name.
    """
    rows = list(faces.beside(by, face).filter(pk__in=ids))
    if len(rows) < len(set(ids)):
        raise ValidationError({name: [NOT_THEIRS]})
    if len({row.photo_id for row in rows}) < len(rows):
        raise ValidationError({name: [TWICE]})
    _held(stranger_among(gallery=face.photo.gallery, faces=rows), name, face, by)
    for row in rows:
        if why := too_small(row):
            raise ValidationError({name: [f"{row.photo.name}: {why}"]})


def generate_check(*, options: GenerateOptions, gallery: Gallery, by: User, subject: str) -> None:
    """
    Raises:
        ValidationError: a rule refuses the words, or what is asked for takes what is not installed.
    """
    for name in ("prompt", "negative"):
        try:
            prompt_rules.check(getattr(options, name), in_force())
        except PromptRefused as error:
            refused_write(rule=error.rule, by=by, gallery=gallery.pk, subject=subject)
            raise ValidationError({name: [str(error)]}, code=error.rule) from None
    if why := lacking(options, policy_for_portraits(gallery).allows):
        raise ValidationError({"engine": [why]})


def job_refused_write(*, job: Job, rule: str) -> None:
    """Put on record that a rule forbade a job that was submitted already."""
    refused_write(rule=rule, by=job.submitted_by, gallery=job.gallery_id, subject=f"job:{job.pk}")


def refused_write(*, rule: str, by: User | None, gallery: UUID, subject: str) -> None:
    audit_write(actor=by, verb="refuse", subject=subject, gallery=gallery, detail=f"rule {rule}")


def subject_of(face: Face) -> str:
    return f"face:{face.pk}"
