"""Runs FaceRes over each face and its mirror image, for other models to draw answers from."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from ml import alignment, faceres, geometry
from ml.contracts import FACE_CODE, MESH, FaceCode, FaceCodes, Output, View
from ml.registry import Commercial, Device, Model, ModelCard, register
from ml.runtimes import BATCH, Floats, derived, shared
from ml.types import Picture
from ml.weights import Weights

PADDING = 0.1
EYES_APART = 16.0  # pixels; below that two people look alike
RECIPE = 1


@register(
    ModelCard(
        name="faceres",
        title="FaceRes",
        task=FACE_CODE,
        weights=(faceres.SOURCE,),
        code_licence="MIT",
        weights_licence="MIT",
        commercial_use=Commercial.YES,
        memory_mb=90,
        recipe=RECIPE,
        needs=(MESH,),
        paper=(
            "Savchenko, Efficient facial representations for age, gender and identity "
            "recognition in organizing photo albums, 2019"
        ),
        known_limits=(
            "Says nothing by itself: what is read from it has cards of its own. Its licence is "
            "that of the package it comes in; its maker states none, and trained it on photos "
            "gathered for research."
        ),
    )
)
class FaceRes(Model):
    """A FaceCode a face, the mean of what the network made of its chip and the mirror image."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        made = derived(weights, faceres.SHARD, "graph-1.onnx", partial(_graph, weights))
        self.net = shared(made, device)

    def run(self, view: View) -> Output:
        meshes = alignment.legible(view.data(MESH), EYES_APART)
        codes: list[FaceCode | None] = [None] * len(view.faces)
        if meshes:
            faces = list(meshes)
            for at in range(0, len(faces), BATCH):  # of a crowd all chips at once are gigabytes
                some = faces[at : at + BATCH]
                parts = self.read(chips(view.picture, [meshes[face] for face in some]))
                for face, descriptor, ages, male in zip(some, *parts, strict=True):
                    codes[face] = FaceCode(descriptor, ages, float(male[0]))
        return Output(data=FaceCodes(tuple(codes)))

    def read(self, chips: NDArray[np.uint8]) -> list[Floats]:
        """N chips (224 x 224 x 3, RGB) as descriptors (N x 1024), ages (N x 100), male (N x 1)."""
        outputs = self.net(faceres.normalised(alignment.with_mirrored(chips)))
        return [alignment.averaged(output) for output in outputs]


def _graph(weights: Weights, _shard: object) -> bytes:
    return faceres.graph(weights, weights.path(faceres.TOPOLOGY))


def chips(picture: Picture, meshes: list[Floats]) -> NDArray[np.uint8]:
    """A chip a mesh, N x 224 x 224 x 3, RGB; beyond the photo its border is repeated."""
    cuts = [alignment.arcface_cut(mesh, faceres.CHIP, PADDING) for mesh in meshes]
    side = faceres.CHIP
    return np.stack([geometry.chip(picture, cut, side, repeat_border=True) for cut in cuts])
