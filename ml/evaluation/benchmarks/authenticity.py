"""Authenticity: do findings tell edited photos from honest ones, and do their weights mean what
they say?

Genuine photos are edited here in known ways (ml.evaluation.edits) and saved as JPEG; untouched,
saved again, resized, cropped, filtered and relit ones are what must not be found. Photos of the
half of the people that the detectors were not tuned on are used. Folders real/ and fake/ are taken
as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import decode, registry
from ml.contracts import MESH, Case
from ml.evaluation.edited import AFTERWARDS, CONDITIONS, made, passed_on
from ml.evaluation.edits import EDITS, Scene
from ml.evaluation.looking import decoded, installed, needed
from ml.evaluation.measuring import Benchmark, Measured, NoModel, Setting, register
from ml.evaluation.metrics import detecting
from ml.evaluation.readers.authenticity import EXPECTS, genuine, real_and_fake
from ml.evaluation.readers.samples import REPORTED, Sample, half, part, stable
from ml.pipelines import Context
from ml.pool import Pool
from ml.registry import Group, best
from ml.sequence import look
from ml.types import Claim, Finding, Picture
from ml.weighing import weighed
from ml.weights import Weights

Floats = NDArray[np.float64]
PHOTOS = 100  # of genuine ones, each edited in some ways: more would take long
TOGETHER = "together"
PROCESSES, WORTH_A_PROCESS = 4, 20  # that look at photos; photos that make one more worth it
Task = tuple[int, Sample[None], Scene]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A file that was looked at. scores: what was measured, as MODEL.NAME."""

    identity: str
    kind: str
    edited: bool
    condition: str
    findings: tuple[Finding, ...]
    scores: Mapping[str, float]

    def weight(self, model: str) -> float:
        """What the model's findings say together of whether the photo was edited or made; of
        TOGETHER all models' findings. 0 where none speaks: missing evidence is no evidence."""
        chosen = self.findings if model == TOGETHER else self.by(model)
        told = (one.weight for one in weighed(chosen) if one.claim is not Claim.IDENTITY)
        return sum(weight or 0.0 for weight in told)

    def by(self, model: str) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.model == model)


def run(setting: Setting) -> dict[str, Measured]:
    samples, shown = looked_at(setting)
    return {name: measured(samples, shown, name) for name in setting.models}


def looked_at(setting: Setting) -> tuple[Sequence[Sample[Any]], list[Shown]]:
    """What was measured on, and all that was seen of it."""
    folders = real_and_fake(setting.data) if setting.data.is_dir() else None
    if folders is not None:
        folders = part(folders, setting.limit)
        return folders, list(as_they_are(setting, folders))
    samples = of_half(genuine(setting.data), REPORTED)
    samples = part(samples, min(setting.limit or PHOTOS, PHOTOS))
    return samples, list(edited(setting, samples))


def of_half(samples: Iterable[Sample[None]], wanted: int) -> list[Sample[None]]:
    """Those of the people that detectors were tuned on (FITTED), or of the others (REPORTED)."""
    return [one for one in samples if half(one.identity) == wanted]


def edited(setting: Setting, samples: Sequence[Sample[None]]) -> Iterator[Shown]:
    """Each photo's files, edited with the next photo that has a face in its middle."""
    order = {name: number for number, name in enumerate(stable([one.name for one in samples]))}
    ordered = sorted(samples, key=lambda one: order[one.name])
    there = [
        (sample, picture.pixels, mesh)
        for sample, picture in zip(ordered, decoded(ordered), strict=True)
        if picture is not None and (mesh := mesh_of(setting, picture)) is not None
    ]
    others = there[1:] + there[:1]
    tasks = [
        (number, sample, Scene(pixels, mesh, *other[1:]))
        for number, ((sample, pixels, mesh), other) in enumerate(zip(there, others, strict=True))
    ]
    for number, found in enumerate(at_once(setting, tasks)):
        setting.progress(number, len(there), "Editing photos and looking at them")
        yield from found


def at_once(setting: Setting, tasks: Sequence[Task]) -> Iterator[list[Shown]]:
    """What is seen of each photo's files, in their order; of many photos several at a time, each
    process with models of its own."""
    processes = min(PROCESSES, len(tasks) // WORTH_A_PROCESS)
    if processes < 2:
        yield from (shown_of(setting, task) for task in tasks)
        return
    context = get_context("spawn")  # torch does not live through a fork
    given = setting.models, setting.pool.weights
    with ProcessPoolExecutor(processes, context, begin, given) as pool:
        yield from pool.map(elsewhere, tasks)


_here: list[Setting] = []


def begin(models: tuple[str, ...], weights: Weights) -> None:
    """What a process needs before it can look at anything."""
    registry.discover()
    _here[:] = [Setting(Path(), models, Pool(weights))]


def elsewhere(task: Task) -> list[Shown]:
    return shown_of(_here[0], task)


def shown_of(setting: Setting, task: Task) -> list[Shown]:
    number, sample, scene = task
    names = models(setting)
    return [
        Shown(sample.identity, one.kind, one.edited, one.condition, *seen(setting, names, one.jpeg))
        for one in made(scene, sample.name, number)
    ]


def as_they_are(setting: Setting, samples: Sequence[Sample[bool]]) -> Iterator[Shown]:
    """Each file as it came, and after what is done to photos that are passed on."""
    names = models(setting)
    for number, sample in enumerate(samples):
        setting.progress(number, len(samples), "Looking at photos")
        kind, pixels = "fake" if sample.truth else "real", decode.picture(sample.photo).pixels
        files = {"as_is": sample.photo.read_bytes()}
        files |= {after: passed_on(pixels, after) for after in AFTERWARDS}
        for condition, file in files.items():
            found = seen(setting, names, file)
            yield Shown(sample.identity, kind, sample.truth, condition, *found)


def models(setting: Setting) -> list[str]:
    """Those that are measured and what must run before them."""
    cards = [registry.get(name).card for name in setting.models]
    return [*(card.name for card in needed(cards, setting.pool.weights)), *setting.models]


def mesh_of(setting: Setting, picture: Picture) -> NDArray[np.float32] | None:
    """The mesh of the face nearest to the photo's middle."""
    card = best(MESH, installed(setting.pool.weights))
    if card is None:
        raise NoModel("No face mesh is installed: there is nothing to edit faces by.")
    names = [*(one.name for one in needed([card], setting.pool.weights)), card.name]
    report, outputs = look(picture, names, Context(setting.pool))
    middle = np.array(picture.size) / 2
    faces = sorted(
        range(len(report.faces)),
        key=lambda i: float(np.linalg.norm(np.array(report.faces[i].box.centre) - middle)),
    )
    meshes = outputs[MESH].data.points
    return next((np.asarray(meshes[i]) for i in faces[:1] if meshes[i] is not None), None)


def seen(
    setting: Setting, names: Sequence[str], file: bytes
) -> tuple[tuple[Finding, ...], dict[str, float]]:
    """What is found on a file, and what was measured for it, as MODEL.NAME; the greatest of
    several faces."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "photo"
        path.write_bytes(file)
        picture = decode.picture(path)
        report, _ = look(picture, names, Context(setting.pool), case=Case(path))
    scores: dict[str, float] = {}
    for one in report.readings:
        if one.model in setting.models and isinstance(one.value, int | float):
            key = f"{one.model}.{one.name}"
            scores[key] = max(scores.get(key, -np.inf), float(one.value))
    return report.findings, scores


def measured(samples: Sequence[Sample[Any]], shown: Sequence[Shown], model: str) -> Measured:
    """auc: of all conditions that nothing was done after; auc_CONDITION, auc_CONDITION_KIND: of
    files edited in that way against all honest ones of the condition; eer, ece, log_loss: of the
    weights taken as odds before which both were as likely; false_alarms: honest files whose
    findings say "edited" at least weakly, false_alarms_CONDITION and _KIND; after_HOW: AUC once
    photos were passed on; together_*: the same of the findings of all models of the run. silent:
    files of which the model could not say anything."""
    told = {
        "": detecting.Told.of(shown, [one.weight(model) for one in shown]),
        "together_": detecting.Told.of(shown, [one.weight(TOGETHER) for one in shown]),
    }
    silent = sum(all(f.weight is None for f in one.by(model)) for one in shown)

    def score(weights: Floats) -> Mapping[str, float]:
        return {
            prefix + name: value
            for prefix, one in told.items()
            for name, value in one.metrics(weights).items()
        }

    return Measured(
        identities=tuple(one.identity for one in shown),
        score=score,
        n=len(shown),
        skipped=silent,
        counts={
            "photos": len({one.identity for one in shown}),
            "edited": sum(one.edited for one in shown),
        },
        samples=samples,
    )


AUTHENTICITY = register(
    Benchmark(
        name="authenticity",
        title="Edited photos told from honest ones",
        asks=Group.EVIDENCE,
        metrics=(
            "auc", "auc_*", "eer*", "ece*", "log_loss*", "false_alarms*", "after_*", "together_*",
        ),
        reads=EXPECTS,
        run=run,
        on_card={
            "auc_95": "AUC at JPEG 95",
            "auc_75": "AUC at JPEG 75",
            "auc_75_poorer": "AUC at JPEG 75, first saved poorer",
            **{
                f"auc_{condition.name}_{kind}": f"AUC of {kind} at JPEG {condition.quality}"
                for condition in CONDITIONS[:2]
                for kind in EDITS
            },
            "false_alarms": "honest photos it speaks against",
        },
        asked="files",
    )
)  # fmt: skip
