"""Compares a face's grain with that of what is around it."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import face_blocks, saving
from ml.authenticity.calibration import SPEAKS, Curve, overlapping, reliability
from ml.contracts import MESH, Output, View
from ml.registry import Commercial, Group, Model, ModelCard, Task, figures, register
from ml.types import Claim, Finding, Reading

NAME = "face-surround"
FACES: Task[Any] = Task("face-surround", "Grain of faces", NoneType, group=Group.EVIDENCE)
TITLE, MEASURE = "grain of the face", "face smoother than around it"
NO_FACE, TOO_SMALL = "no face was found", "face or its surroundings too small"
CURVE = Curve(
    (-0.5, -0.24, -0.09, 0.12, 0.23, 0.39, 0.61, 0.76, 0.96, 1.36),
    (-0.25, -0.25, -0.25, -0.11, -0.11, -0.11, 0.43, 0.43, 0.9, 2.22),
)
MET = ("AUC of smoothing at JPEG 75", "tells softened skin from honest photos at JPEG 75, AUC")
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 1,100 files, 4 not read",
        "2026-11-29",
        "manage.py evaluate authenticity --data lfw "
        "--models jpeg-ghosts,copy-move,face-surround,shifted-grid --seed 0",
        {
            "AUC at JPEG 95": "54.6 % (51.8 to 57.9)",
            "AUC at JPEG 75": "53.3 % (50.5 to 56.1)",
            "AUC at JPEG 75, first saved poorer": "55.5 % (52.1 to 59.3)",
            "AUC of swap at JPEG 95": "51.7 % (40.1 to 63.0)",
            "AUC of splice at JPEG 95": "41.1 % (30.5 to 52.0)",
            "AUC of copy at JPEG 95": "45.1 % (35.2 to 54.4)",
            "AUC of removal at JPEG 95": "40.4 % (30.0 to 49.8)",
            "AUC of turned at JPEG 95": "64.5 % (54.6 to 73.2)",
            "AUC of smoothing at JPEG 95": "93.2 % (85.8 to 98.8)",
            "AUC of recompression at JPEG 95": "51.2 % (41.1 to 62.4)",
            "AUC of tone at JPEG 95": "49.9 % (39.5 to 61.5)",
            "AUC of swap at JPEG 75": "47.6 % (36.0 to 58.4)",
            "AUC of splice at JPEG 75": "41.0 % (30.6 to 51.7)",
            "AUC of copy at JPEG 75": "45.4 % (35.5 to 54.5)",
            "AUC of removal at JPEG 75": "40.0 % (30.4 to 48.7)",
            "AUC of turned at JPEG 75": "62.0 % (52.5 to 71.2)",
            "AUC of smoothing at JPEG 75": "87.3 % (80.0 to 94.0)",
            "AUC of recompression at JPEG 75": "52.7 % (42.6 to 64.0)",
            "AUC of tone at JPEG 75": "50.2 % (39.8 to 61.7)",
            "honest photos it speaks against": "5.3 % (1.7 to 9.7)",
        },
    ),
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
        memory_mb=560,
        needs=(MESH,),
        paper="none: grain of a face against the ring around it, for its slopes and brightness",
        known_limits=(
            "Sees softened skin alone. Make-up, soft light and a background out of focus change "
            "how a face differs from what is around it; of honest photos that were softened as a "
            "whole it speaks against one in six. It says nothing of the rest of the photo."
        ),
        measured=MEASURED,
    )
)
class FaceSurround(Model):
    """By how much the face that is smoothest for its surroundings is smoother than they."""

    def run(self, view: View) -> Output:
        saved = saving.read(view.case.file) if view.case else None
        turned = saved.orientation if saved else 1
        stored = saving.as_stored(view.picture.pixels, turned)
        values = [
            face_blocks.smoother(face_blocks.beside(stored, saving.as_stored(mask, turned)))
            for mask in masks(view)
        ]
        known = [value for value in values if value is not None]
        if not known:
            note = TOO_SMALL if values else NO_FACE
            return Output(findings=(Finding(NAME, TITLE, None, Claim.EDITED, note=note),))
        weight = CURVE(max(known))
        shows = weight >= SPEAKS
        finding = Finding(
            NAME,
            TITLE,
            f"a face has {'less grain than' if shows else 'the grain of'} what is around it",
            Claim.EDITED,
            weight,
            reliability(MEASURED, *MET),
            group=overlapping(weight),
        )
        return Output(findings=(finding,), readings=(Reading(NAME, MEASURE, round(max(known), 3)),))


def masks(view: View) -> Iterator[NDArray[np.uint8]]:
    """h x w of each face that is on the photo at all: 1 within its outline. One at a time: of a
    crowd on a large photo they are large."""
    for mesh in view.data(MESH).points:
        if mesh is not None:
            mask = face_blocks.outline(view.picture.pixels.shape, mesh)
            if mask.any():
                yield mask
