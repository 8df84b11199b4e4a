"""Made portraits: which a user may see, how a contact sheet lists them, and their receipts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from ml.generation.generate_files import KIND as GENERATE
from ml.generation.generate_files import LEARNT_PHOTOS, SOURCE
from ml.generation.portraits_pipeline import HIDDEN, KIND, LENT, LENT_TOO, UNUSED
from ml.generation.sitting import OTHER_PHOTOS
from webapp.jobs.signing import UNSIGNED
from webapp.models import Job, Photo, Portrait, User
from webapp.selectors import artifacts, photos
from webapp.selectors.face_hindrance import too_small
from webapp.selectors.faces import beside

Someone = User | AnonymousUser
State = Portrait.State
RECEIPT = "A re-rendering of a photo, not a photo."
BY_MODEL = "A picture made by a trained model, not a photo."
COMPARED = (
    "with nothing: no other face of that name is measured here",
    "with other faces of that name: {}, and at least one is as like it as one person’s are",
)


def visible_to(user: Someone) -> QuerySet[Portrait]:
    """The portraits made of photos the user may see, newest first, each job's best first."""
    mine = Portrait.objects.filter(artifact__in=artifacts.visible_to(user))
    related = ("artifact__run__photo__gallery", "person", "made_by", "job")
    return mine.select_related(*related).order_by("-job__created", "rank", "-created")


def editable_by(user: Someone) -> QuerySet[Portrait]:
    """Those the user may keep, discard and make more of."""
    return visible_to(user).filter(artifact__run__photo__in=photos.editable_by(user))


@dataclass(frozen=True, slots=True)
class Sheet:
    """The portraits of one job, best first. notes: what it says of all of them."""

    job: UUID | None
    portraits: tuple[Portrait, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheets:
    """All that was made of a photo. kept, discarded: newest first."""

    kept: tuple[Portrait, ...]
    new: tuple[Sheet, ...]
    discarded: tuple[Portrait, ...]


def sheets_of(user: Someone, photo: Photo) -> Sheets:
    rows = list(visible_to(user).filter(artifact__run__photo=photo))
    there = {state: [row for row in rows if row.state == state] for state in State}
    return Sheets(tuple(there[State.KEPT]), _sheets(there[State.NEW]),
                  tuple(there[State.DISCARDED]))  # fmt: skip


def _sheets(rows: Iterable[Portrait]) -> tuple[Sheet, ...]:
    groups = (list(group) for _, group in groupby(rows, key=lambda row: row.job_id))
    return tuple(Sheet(group[0].job_id, tuple(group), _notes(group[0].job)) for group in groups)


def _notes(job: Job | None) -> tuple[str, ...]:
    return () if job is None else tuple(job.notes.splitlines())


def asked_last(user: User, photo: Photo, kind: str = KIND) -> dict[str, Any]:
    """The options with which the user asked for portraits of the photo last; {} for never."""
    job = Job.objects.filter(kind=kind, submitted_by=user, photos=photo).first()
    return {} if job is None else dict(job.options)


def others_like(portrait: Portrait, user: User) -> tuple[list[str], int]:
    """The ids of faces on those further photos that the portrait was made of, too, and that can
    still be chosen; how many of these photos no longer can. None where a model made it of words:
    those are not chosen."""
    if portrait.artifact.run.model != KIND:
        return [], 0
    said = str(portrait.artifact.facts.get(OTHER_PHOTOS, ""))
    digests, face = [digest for digest in said.split("; ") if digest], portrait.artifact.face
    if face is None or not digests:
        return [], len(digests)
    rows = list(beside(user, face).filter(photo__sha256__in=digests))
    asked = portrait.job.options if portrait.job else {}
    rows.sort(key=lambda row: str(row.pk) not in asked.get("others", ()))
    there: dict[str, str] = {}
    for row in rows:
        if not too_small(row):
            there.setdefault(row.photo.sha256, str(row.pk))
    return [there[one] for one in digests if one in there], len(digests) - len(there)


def options_like(portrait: Portrait, others: Sequence[str] = ()) -> dict[str, Any]:
    """What asks for four variations around the portrait that were not asked for before. others: as
    others_like has it."""
    told = portrait.artifact.facts
    job = portrait.job
    asked = dict(job.options) if job is not None else {}
    face = portrait.artifact.face_id
    asked |= {"faces": [str(face)] if face else [], "count": 4}
    if portrait.artifact.run.model == GENERATE:
        return asked | {"seed": int(told["seed"]) + int(job.options["count"] if job else 0) + 1}
    strength = round(float(told.get("expression strength", 100)))
    return asked | {
        "others": list(others),
        "yaw": round(float(told["yaw asked"])),
        "pitch": round(float(told["pitch asked"])),
        "roll": round(float(told["roll asked"])),
        "strength": min(max(strength, 20), 120),
        "seed": int(told["seed"]) + 1,
    }


def receipt_of(portrait: Portrait, *, editor: bool) -> dict[str, Any]:
    """How it was made, of what, by what consent, and what judges found. editor: may know what is
    kept about people."""
    made, told = portrait.artifact, dict(portrait.artifact.facts)
    told.pop(UNSIGNED, None)
    photo = made.run.photo
    consent: dict[str, Any] = {"recorded": True, "person's own face": portrait.basis == "self"}
    if editor:
        consent |= {
            "person": str(portrait.person_id),
            "name": portrait.person.name,
            "given": portrait.get_basis_display(),
            "on": portrait.consented.isoformat(),
            "declared an adult": portrait.adult,
            "compared": COMPARED[min(portrait.compared, 1)].format(portrait.compared)
            if portrait.compared is not None
            else "not looked at then",
        }
    return {
        "what": BY_MODEL if made.run.model == GENERATE else RECEIPT,
        "portrait": str(portrait.pk),
        "sha256": made.sha256,
        "before it was signed": made.facts.get(UNSIGNED, made.sha256),
        "made": portrait.created.isoformat(),
        "source photo": {"id": str(photo.pk), "sha256": told.pop("photo", photo.sha256)},
        "source face": {"id": str(made.face_id), "box": told.pop("face", "")},
        "consent": consent,
        "how": _parts(told, HOW),
        "asked for": _parts(told, ASKED),
        "found by judges": _parts(told, FOUND),
    }


HOW = (
    *("back end", "recipe", "weights", "seed", "number", "side", "badge"),
    *(LENT, LENT_TOO, "frames", "seconds", "not drawn", HIDDEN),
    *("steps", "guidance", "at once", "device", "fast", "width", "height", SOURCE),
    *("source faces", OTHER_PHOTOS, UNUSED, "learnt of the person", LEARNT_PHOTOS),
    "made otherwise",
)
ASKED = (
    *("prompt", "negative prompt", "style", "weight of the face", "begun from", "change"),
    *("yaw asked", "pitch asked", "roll asked", "expression", "expression strength", "light"),
    *("light strength", "background", "colour", "background photo", "mirrored"),
)
FOUND = (
    *("face found", "detector's score", "same person", "distance", "strangers from"),
    *("judge of likeness", "yaw found", "judge of yaw", "pitch found", "roll found"),
    *("judge of pitch and roll", "expression found", "expression as asked"),
    *("judge of expression", "quality", "judge of quality", "agreement with the words"),
    "judge of the words",
)


def _parts(told: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: told[name] for name in names if name in told}
