"""Faces disguised for measuring: the jobs "make-up" and "cloak" run as people run them, and what
their proofs say."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ml import decode, pipelines
from ml.contracts import (
    DETECTION,
    EMBEDDING,
    IRIS,
    MESH,
    PARSING,
    POSE,
    KnownFace,
    View,
    disguising,
)
from ml.contracts.disguising import HIDE, IN_TURN, NOTHING, PASS_FOR, PROOF
from ml.errors import MLError
from ml.evaluation.looking import installed, nearest
from ml.evaluation.measuring import NoModel, Setting
from ml.evaluation.provenance import commit
from ml.evaluation.readers.samples import Sample
from ml.pipelines import Context
from ml.registry import best
from ml.types import JSON, Box

AS_IT_IS, JPEG, HARDEST = "as it is", "JPEG 75", "half size, JPEG 75"
JOURNEYS = (AS_IT_IS, JPEG, HARDEST)
WHITE_BOX, HELD_OUT, UNCHANGED = "white_box", "held_out", "unchanged"
HIDING: Mapping[str, Any] = {"aim": HIDE, "hold_out": IN_TURN, "spare_others": True}
PASSING: Mapping[str, Any] = {
    "aim": PASS_FOR, "hold_out": NOTHING, "spare_others": True, "target": ("of another person",),
}  # fmt: skip
# How a recogniser counts, by what the proof says of its part. Whoever shares weights with one that
# was used is neither.
STAGES = {disguising.USED: WHITE_BOX, disguising.HELD_OUT: HELD_OUT}
# What is run of each person, by the name it has in the metrics.
ROUNDS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "makeup": ("make-up", HIDING),
    "cloak": ("cloak", HIDING),
    "even_colours": ("make-up", {**HIDING, "plain": True}),
    "makeup_as_other": ("make-up", PASSING),
    "cloak_as_other": ("cloak", PASSING),
}

Key = tuple[str, str, str, str]
"""Round, how the recogniser took part, what is compared with, journey."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A person's photo, another one of the person, and one of somebody else."""

    photo: Sample[None]
    other: Sample[None]
    target: Sample[None]


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What was made of one person's photo. distances: by recogniser and Key. quality: of each
    round, PSNR, SSIM and seconds. angle: of the skin's tone, None where it cannot be seen. failed:
    the sentence that said why nothing was made."""

    person: str
    distances: Mapping[str, Mapping[Key, float]] = field(default_factory=dict)
    quality: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    angle: float | None = None
    failed: str = ""


def trials(setting: Setting, asked: Sequence[Asked]) -> Iterator[Trial]:
    for done, one in enumerate(asked):
        setting.progress(done, len(asked), "Disguising faces")
        try:
            yield read({name: kept(setting, one, name) for name in ROUNDS}, one.photo.identity)
        except MLError as error:
            yield Trial(one.photo.identity, failed=str(error))
    setting.progress(len(asked), len(asked), "Disguising faces")


def read(sheets: Mapping[str, JSON], person: str) -> Trial:
    """sheets: by round, what its proof says of the face."""
    distances: dict[str, dict[Key, float]] = {}
    for name, sheet in sheets.items():
        for line in sheet["recognisers"]:
            _take(distances, line, (name, UNCHANGED), line["before"])
            if stage := STAGES.get(line["role"]):
                _take(distances, line, (name, stage), line["after"])
        for line in sheet["made again without one"]:
            _take(distances, line, (name, HELD_OUT), line["after"])
    quality = {name: (one["psnr"], one["ssim"], one["seconds"]) for name, one in sheets.items()}
    angle = next(iter(sheets.values()))["skin tone"]["before"]
    return Trial(person, distances, quality, angle)


def _take(
    distances: dict[str, dict[Key, float]], line: JSON, stage: tuple[str, str], told: JSON
) -> None:
    """Leaves out what the recogniser found too small."""
    mine = distances.setdefault(line["recogniser"], {})
    for journey in JOURNEYS:
        for against, said in told[journey].items():
            if said["distance"] is not None:
                mine[(*stage, against, journey)] = said["distance"]


def kept(setting: Setting, asked: Asked, name: str) -> JSON:
    """The same as made(), taken from where an earlier run of the same code left it.

    Raises:
        MLError: see made().
    """
    if setting.keep is None:
        return made(setting, asked, name)
    path = setting.keep / place(setting, asked, name)
    if not path.exists():
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(made(setting, asked, name)))
        part.replace(path)
    sheet: JSON = json.loads(path.read_text())
    return sheet


def place(setting: Setting, asked: Asked, name: str) -> str:
    """What the file is called that keeps it: another one for other code, models or photos."""
    photos = [one.name for one in (asked.photo, asked.other, asked.target)]
    key = (commit(), *chosen(setting), *photos, name, *ROUNDS[name], setting.seed)
    return f"{sha256(repr(key).encode()).hexdigest()[:32]}.json"


def made(setting: Setting, asked: Asked, name: str) -> JSON:
    """What the proof of that round says of the face.

    Raises:
        MLError: a photo holds no face, or one that cannot be protected.
    """
    kind, options = ROUNDS[name]
    job, models = pipelines.get(kind), chosen(setting)
    target = known(setting, asked.target, models[0]) if options["aim"] == PASS_FOR else None
    with TemporaryDirectory() as folder:
        inputs = job.inputs(
            photo=asked.photo.photo,
            models=models,
            faces=(box(setting, asked.photo, models[0]),),
            others=(known(setting, asked.other, models[0]),),
            target=target,
        )
        context = Context(setting.pool, scratch=Path(folder))
        report = job.run(job.options(**options, seed=setting.seed), inputs, context)
        proof = next(one for one in report.artifacts if one.kind == PROOF)
        sheet: JSON = json.loads(proof.path.read_text())["faces"][0]
    return sheet


def chosen(setting: Setting) -> tuple[str, ...]:
    """The models that the jobs need, the detector first.

    Raises:
        NoModel: one is not installed.
    """
    here = installed(setting.pool.weights)
    cards = [best(task, here) for task in (DETECTION, MESH, POSE, IRIS, PARSING, EMBEDDING)]
    if None in cards:
        raise NoModel("Something is not installed. Run: python manage.py models fetch")
    return tuple(card.name for card in cards if card)


def known(setting: Setting, sample: Sample[None], detector: str) -> KnownFace:
    return KnownFace(sample.photo, box(setting, sample, detector))


def box(setting: Setting, sample: Sample[None], detector: str) -> Box:
    """Of the face that is meant: the one nearest to the photo's middle.

    Raises:
        MLError: there is no face.
    """
    picture = decode.picture(sample.photo)
    faces = setting.pool.run(detector, View(picture)).faces
    if not faces:
        raise MLError(f"No face was found in {sample.name}.")
    return nearest(faces, sample, picture)[0].box
