"""Says how far a detector's box and the mesh fitted into it agree, and ranks a photo's faces by
that and by the detector's score: nothing was trained for it."""

from __future__ import annotations

from collections.abc import Sequence
from types import NoneType
from typing import Any

from ml.contracts import DETECTION, MESH, Output, View
from ml.facewise import TOO_SMALL
from ml.registry import Commercial, Group, Model, ModelCard, Task, figures, register
from ml.runtimes import Floats
from ml.types import Box, Face, Reading

NAME = "box-agreement"
AGREEMENT, RANK = "box and mesh agree", "rank among the faces found"
# Where the detector's box usually lies around a mesh: its middle so much higher and its height so
# many times larger, in heights of the mesh. Medians over faces of LFW, UTKFace and FER2013
# (`python -m tests.fitting.boxes`), which differ by up to .07 among the sets.
HIGHER, TALLER = 0.02, 1.08
DOUBTFUL = 0.7  # agreement below which a box may hold no face, or one in profile

MEASURED = figures(
    "490 faces on 400 photos of lfw, 399 of utkface, 391 of fer2013 (48 pixels), 204 boxes "
    "without a face",
    "2026-11-25",
    "python -m tests.fitting.boxes LFW UTKFACE FER2013 PHOTOS",
    {
        "faces called doubtful": "8.6 % of lfw, 0.3 % of utkface, 9.7 % of fer2013",
        "boxes without a face called doubtful": "63.2 %",
    },
)

BOX_AGREEMENT: Task[Any] = Task("box-agreement", "Boxes and meshes", NoneType, group=Group.WHERE)


@register(
    ModelCard(
        name=NAME,
        title="Agreement of box and mesh",
        task=BOX_AGREEMENT,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(DETECTION, MESH),
        paper="Intersection over union of the detector's box and the one that the mesh suggests",
        known_limits=(
            "Low in profiles too, and a third of boxes without a face agree well enough with the "
            "mesh that is drawn into them; a drawing of a face agrees like a face."
        ),
        measured=MEASURED,
    )
)
class BoxAgreement(Model):
    """The agreement of each face in percent, and its rank where there are several."""

    def run(self, view: View) -> Output:
        meshes = view.data(MESH).points
        agreed = [
            None if mesh is None else agreement(face, mesh)
            for face, mesh in zip(view.faces, meshes, strict=True)
        ]
        ranks = ranked(view.faces, agreed)
        readings = [said(i, one) for i, one in enumerate(agreed)]
        readings += [place(i, rank, len(view.faces)) for i, rank in ranks.items()]
        return Output(readings=tuple(readings))


def agreement(face: Face, mesh: Floats) -> float:
    """Intersection over union of a face's box and its mesh's, 0..1."""
    return face.box.iou(box_around(mesh))


def box_around(mesh: Floats) -> Box:
    """The box in which the detector would usually have found this mesh (468 x 3)."""
    (left, top), (right, bottom) = mesh[:, :2].min(0).tolist(), mesh[:, :2].max(0).tolist()
    height = bottom - top
    middle, half = (top + bottom) / 2 - HIGHER * height, TALLER * height / 2
    return Box(left, middle - half, right, middle + half)


def ranked(faces: Sequence[Face], agreed: Sequence[float | None]) -> dict[int, int]:
    """Face -> its rank from 1, by score times agreement; none where there is but one face.
    Faces without a mesh come last, by score."""
    if len(faces) < 2:
        return {}
    order = sorted(
        range(len(faces)), key=lambda i: (-(agreed[i] or 0) * faces[i].score, -faces[i].score)
    )
    return {face: rank for rank, face in enumerate(order, start=1)}


def said(face: int, agreed: float | None) -> Reading:
    if agreed is None:
        return Reading(NAME, AGREEMENT, None, face=face, unit="%", note=TOO_SMALL)
    note = "doubtful: no face, or one seen from the side" if agreed < DOUBTFUL else ""
    return Reading(NAME, AGREEMENT, round(100 * agreed), face=face, unit="%", note=note)


def place(face: int, rank: int, many: int) -> Reading:
    return Reading(NAME, RANK, rank, face=face, unit=f"of {many}")
