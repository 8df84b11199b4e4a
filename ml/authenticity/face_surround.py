"""Compares a face's grain, and how it bears another save, with what is around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import face_blocks, saving
from ml.authenticity.calibration import SPEAKS, Curve, overlapping, reliability
from ml.authenticity.face_blocks import Beside
from ml.contracts import MESH, Output, View
from ml.registry import Commercial, Group, Model, ModelCard, Task, register
from ml.types import Claim, Finding, Reading

NAME = "face-surround"
FACES: Task[Any] = Task(
    "face-surround", "Face and its surroundings", NoneType, group=Group.EVIDENCE
)
POORLY_SAVED = 90  # quality of the last save below which a face's settling is told
NO_FACE, TOO_SMALL = "no face was found", "face or its surroundings too small"
NOT_SETTLED = "only looked at on JPEGs saved below quality 90"
GRAIN_CURVE = Curve((0.0,), (0.0,))
SETTLING_CURVE = Curve((0.0,), (0.0,))
MEASURED = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """One way in which a face may differ from its surroundings. shown, otherwise: what is said.
    met: the card's figure for it, and its words."""

    title: str
    measure: str
    curve: Curve
    shown: str
    otherwise: str
    met: tuple[str, str]

    def finding(self, value: float | str) -> Finding:
        """value: what was measured, of the face with the most, or why nothing was."""
        if isinstance(value, str):
            return Finding(NAME, self.title, None, Claim.EDITED, note=value)
        weight = self.curve(value)
        said = self.shown if weight >= SPEAKS else self.otherwise
        told = reliability(MEASURED, *self.met)
        group = overlapping(weight)
        return Finding(NAME, self.title, said, Claim.EDITED, weight, told, group=group)


GRAIN = Sign(
    "grain of the face",
    "face smoother than around it",
    GRAIN_CURVE,
    "the face has less grain than what is around it",
    "the face has as much grain as what is around it",
    ("AUC of smoothing at JPEG 75", "tells softened skin from honest photos at JPEG 75, AUC"),
)
SETTLING = Sign(
    "settling of the face",
    "face less settled than around it",
    SETTLING_CURVE,
    "the face changes more than what is around it when saved again",
    "the face changes as little as what is around it when saved again",
    ("AUC of swap at JPEG 75", "tells swapped faces from honest photos at JPEG 75, AUC"),
)


@register(
    ModelCard(
        name=NAME,
        title="Face and its surroundings",
        task=FACES,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=120,
        needs=(MESH,),
        paper="none: error level (Krawetz, A Picture's Worth, 2007) and noise, of a face against "
        "the ring around it",
        known_limits=(
            "Sees softened skin, and on files saved below quality 90 faces that were blended in. "
            "Make-up, a soft light and a background out of focus change how a face differs from "
            "what is around it, and it says nothing of the rest of the photo."
        ),
        measured=MEASURED,
    )
)
class FaceSurround(Model):
    """Of the face that is most unlike its surroundings, by how much."""

    def run(self, view: View) -> Output:
        saved = saving.read(view.case.file) if view.case else None
        turned = saved.orientation if saved else 1
        faces = [
            face_blocks.beside(
                saving.as_stored(view.picture.pixels, turned), saving.as_stored(mask, turned)
            )
            for mask in masks(view)
        ]
        values: dict[Sign, float | str] = {
            GRAIN: most(faces, face_blocks.smoother),
            SETTLING: NOT_SETTLED,
        }
        if saved is not None and saved.quality < POORLY_SAVED:
            values[SETTLING] = most(faces, lambda one: face_blocks.unsettled(one, saved))
        return Output(
            findings=tuple(sign.finding(value) for sign, value in values.items()),
            readings=tuple(
                Reading(NAME, sign.measure, round(value, 3))
                for sign, value in values.items()
                if not isinstance(value, str)
            ),
        )


def masks(view: View) -> list[NDArray[np.uint8]]:
    """h x w of each face that is on the photo at all: 1 within its outline."""
    shape = view.picture.pixels.shape
    all_of = [
        face_blocks.outline(shape, mesh) for mesh in view.data(MESH).points if mesh is not None
    ]
    return [mask for mask in all_of if mask.any()]


def most(faces: Sequence[Beside], measure: Callable[[Beside], float | None]) -> float | str:
    """The greatest of the faces that can be measured, or why none can."""
    if not faces:
        return NO_FACE
    found = [value for value in map(measure, faces) if value is not None]
    return max(found) if found else TOO_SMALL
