"""One face of a picture as several models see it, and nobody else who is on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ml import five_points, registry
from ml.contracts import DETECTION, EMBEDDING, EXPRESSION, POSE, Output, Pose, View
from ml.pool import Pool
from ml.registry import Task
from ml.sequence import SAME
from ml.types import Box, Embedding, Face, Picture


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """face: as the detector found it. outputs: what each task gave, of that face alone."""

    face: Face
    outputs: Mapping[Task[Any], Output]

    @property
    def yaw(self) -> float | None:
        """Degrees, of the detector's five points, which no mesh took part in."""
        return five_points.yaw(self.face)

    @property
    def pose(self) -> Pose | None:
        found: Pose | None = self.outputs[POSE].data.poses[0]
        return found

    @property
    def code(self) -> Embedding | None:
        found = self.outputs.get(EMBEDDING)
        return None if found is None else next(iter(found.embeddings), None)

    @property
    def expression(self) -> str:
        """The likeliest word; "" where nobody read it, or it could not be read."""
        if EXPRESSION not in self.outputs:
            return ""
        odds = self.outputs[EXPRESSION].data.odds[0]
        return max(odds, key=odds.__getitem__) if odds else ""


def seen(picture: Picture, box: Box | None, models: Collection[str], pool: Pool) -> Seen | None:
    """The face at that place, of no place the largest; None where the detector finds none there.

    models: by name, with those that they need, a detector among them.
    """
    outputs: dict[Task[Any], Output] = {}
    faces: tuple[Face, ...] = ()
    for name in registry.in_order(models):
        card = registry.get(name).card
        view = View(picture, faces, {task: outputs[task] for task in card.needs})
        output = pool.run(name, view)
        if card.task == DETECTION:
            faces = at(output.faces, box)
            if not faces:
                return None
            output = Output(faces=faces)
        outputs[card.task] = output
    return Seen(faces[0], outputs)


def at(faces: Collection[Face], box: Box | None) -> tuple[Face, ...]:
    """The face that overlaps the box most, where it is the same; of no box the largest."""
    if box is None:
        largest = max(faces, key=lambda face: face.box.width * face.box.height, default=None)
        return () if largest is None else (largest,)
    most = max(faces, key=lambda face: face.box.iou(box), default=None)
    return () if most is None or most.box.iou(box) < SAME else (most,)


def needed(models: Collection[str], *tasks: Task[Any]) -> tuple[str, ...]:
    """Those of the models that do these tasks, and those that they need."""
    does = {registry.get(name).card.task: registry.get(name).card for name in models}
    waiting, found = list(tasks), set()
    while waiting:
        card = does.get(waiting.pop())
        if card is not None and card.name not in found:
            found.add(card.name)
            waiting += card.needs
    return tuple(sorted(found))
