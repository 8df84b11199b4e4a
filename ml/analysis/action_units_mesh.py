"""Reads what a face does, muscle by muscle, off its mesh: nothing was trained for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ml import alignment
from ml.analysis.mesh_mediapipe import path
from ml.contracts import ACTION_UNITS, MESH, POSE, ActionUnits, Output, Pose, View
from ml.facewise import TOO_SMALL
from ml.facs import UNITS, measures
from ml.frontal import frontal
from ml.landmarks import (
    INNER_LIPS,
    LEFT_BROW,
    LEFT_EYE,
    OUTER_LIPS,
    OVAL,
    RIGHT_BROW,
    RIGHT_EYE,
    Outline,
)
from ml.registry import Commercial, Model, ModelCard, Sensitive, figures, register
from ml.runtimes import Floats
from ml.types import Embedding, Mark, MarkKind, Reading, Space

NAME = "mesh-action-units"
TURNED_AWAY = "face turned too far"
OWN = "against this person's own resting face"
EYES_APART = 24.0  # pixels; the figures on the card come from faces with 25
# Degrees of yaw or pitch. From 20 on brows seem lower and lids tighter than they are; beyond 30 of
# yaw surprise was told no better than by chance.
TURNED = 30.0
SHOWN = 0.5  # intensity from which a unit is drawn
Intensities = Mapping[int, float]

CHIN: Outline = OVAL[OVAL.index(365) : OVAL.index(136) + 1]
CHEEKS: tuple[Outline, ...] = (
    (116, 117, 118, 119, 120, 121),
    (345, 346, 347, 348, 349, 350),
)
NOSTRILS: Outline = (129, 102, 48, 64, 98, 97, 2, 326, 327, 294, 278, 331, 358)
# What units move, as outlines of the mesh.
REGIONS: tuple[tuple[tuple[int, ...], tuple[Outline, ...]], ...] = (
    ((1, 2, 4), (RIGHT_BROW, LEFT_BROW)),
    ((5, 7), (RIGHT_EYE, LEFT_EYE)),
    ((6,), CHEEKS),
    ((9, 10), (NOSTRILS,)),
    ((12, 15, 20, 23), (OUTER_LIPS,)),
    ((25, 26), (INNER_LIPS,)),
    ((17,), (CHIN,)),
)
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "fer2013, 1,794 faces, 203 not read",
        "2026-11-28",
        "manage.py evaluate action-units --data fer2013 --models mesh-action-units --seed 0",
        {
            "AUC, mean of five expressions": "69.1 % (66.8 to 71.3)",
            "AUC, mean, faces read": "73.5 % (71.2 to 75.7)",
            "AUC happy, faces read": "90.7 % (89.3 to 92.3)",
            "AUC surprised, faces read": "82.5 % (79.6 to 85.3)",
            "AUC angry, faces read": "65.2 % (61.5 to 68.9)",
            "AUC sad, faces read": "59.4 % (55.4 to 63.1)",
            "AUC disgusted, faces read": "69.8 % (59.5 to 78.8)",
            "AUC, mean of five expressions by expression": (
                "afraid 65.8 %, angry 69.2 %, disgusted 65.0 % (worst), happy 71.7 %, "
                "neutral 68.4 %, sad 69.2 %, surprised 69.2 %"
            ),
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="Action units from the mesh",
        task=ACTION_UNITS,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        recipe=3,
        needs=(MESH, POSE),
        sensitive=Sensitive.EMOTION,
        paper=(
            "Ekman, Friesen and Hager, Facial Action Coding System, 2002, as distances in the "
            "face mesh"
        ),
        known_limits=(
            "Tells smiles (AU6, AU12) and surprise (AU1, AU2, AU26); weak are AU4 and AU7 for "
            "anger, AU15 for sadness and AU9 for disgust, AU1 tells sadness not at all, and AU5, "
            "AU10, AU17, AU20, AU23 and AU25 have not been measured; every unit is told against "
            "an average resting face, so that a person's own brows, lips and nose, and a head "
            "turned a little, pass for movement; less so where five photos or more of the person "
            "at rest are known."
        ),
        measured=MEASURED,
    )
)
class MeshActionUnits(Model):
    """Intensities of fifteen units a face, against the person's own resting face where the view
    knows it, else against the average one."""

    def run(self, view: View) -> Output:
        poses = view.data(POSE).poses
        legible = alignment.legible(view.data(MESH), EYES_APART)
        meshes = {face: mesh for face, mesh in legible.items() if not turned(poses[face])}
        measured = {face: measures(frontal(mesh)) for face, mesh in meshes.items()}
        found = tuple(
            told(measured[face], view.rests.get(face)) if face in measured else None
            for face in range(len(poses))
        )
        readings = [
            reading
            for face, one in enumerate(found)
            for reading in said(
                face, one, TURNED_AWAY if face in legible else TOO_SMALL, face in view.rests
            )
        ]
        marks = [
            mark for face, mesh in meshes.items() for mark in drawn(face, mesh, found[face] or {})
        ]
        return Output(
            readings=tuple(readings),
            marks=tuple(marks),
            embeddings=tuple(self.kept(face, one) for face, one in measured.items()),
            data=ActionUnits(found),
        )

    def kept(self, face: int, measured: Mapping[str, float]) -> Embedding:
        """What was measured, in the order of `ml.facs.measures`: a person's own resting face is
        made of it. It tells who is who, a little, and so is kept and erased as embeddings are."""
        space = Space(NAME, self.card.digest, self.card.recipe)
        return Embedding.of(face, space, np.array(list(measured.values())))


def turned(pose: Pose | None) -> bool:
    """Whether too far to be read. A face with a mesh but no pose is in profile."""
    return pose is None or max(abs(pose.yaw), abs(pose.pitch)) > TURNED


def intensities(mesh: Floats) -> dict[int, float]:
    """FACS number -> 0..1 of a mesh (468 x 3), wherever it is, however large and turned."""
    return told(measures(frontal(mesh)))


def told(measured: Mapping[str, float], own: Mapping[str, float] | None = None) -> dict[int, float]:
    """The same of what was measured. own: of the person's resting face, where it is known."""
    return {unit.number: unit.intensity(measured, own) for unit in UNITS}


def said(face: int, found: Intensities | None, reason: str, own: bool) -> Iterator[Reading]:
    """A reading a unit. reason: why there is nothing to say. own: it was told against the person's
    own resting face."""
    for unit in UNITS:
        if found is None:
            yield Reading(NAME, str(unit), None, face=face, note=reason)
        else:
            value, note = round(found[unit.number], 2), OWN if own else ""
            yield Reading(NAME, str(unit), value, face=face, note=note)


def drawn(face: int, mesh: Floats, found: Intensities) -> Iterator[Mark]:
    """The outlines of what moved."""
    dots = path(mesh)
    for units, outlines in REGIONS:
        if any(found.get(unit, 0.0) >= SHOWN for unit in units):
            paths = tuple(tuple(dots[vertex] for vertex in outline) for outline in outlines)
            yield Mark(NAME, "Action units", MarkKind.LINE, paths, face, tone="warm")
