"""A file as the signs see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import blocks, face_blocks
from ml.authenticity.face_blocks import Beside
from ml.authenticity.saving import Saved, standard
from ml.contracts import DETECTION, IRIS, MESH, Iris, Output, View
from ml.evaluation import edits
from ml.pipelines import Context
from ml.pool import Pool
from ml.registry import Task
from ml.sequence import look
from ml.types import Picture

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
MODELS = ("centerface", "mediapipe-mesh", "mesh-pose", "mediapipe-iris")


@dataclass(frozen=True, eq=False)
class Shot:
    """pixels: H x W x 3, RGB, of a file saved at that quality."""

    pool: Pool
    pixels: Pixels
    quality: int

    @cached_property
    def light(self) -> Floats:
        return blocks.luminance(self.pixels)

    @cached_property
    def again(self) -> Pixels:
        """Saved once more in the same way."""
        return edits.opened(edits.saved(self.pixels, self.quality))

    @property
    def saved(self) -> Saved:
        return Saved((standard(self.quality),), "4:2:0")

    @cached_property
    def outputs(self) -> dict[Task[object], Output]:
        return dict(look(Picture(self.pixels), MODELS, Context(self.pool))[1])

    @cached_property
    def mesh(self) -> NDArray[np.float32] | None:
        """The first face's, 468 x 3."""
        return next(iter(self.outputs[MESH].data.points), None)

    @cached_property
    def beside(self) -> Beside | None:
        """The first face and what is around it."""
        if self.mesh is None:
            return None
        mask = face_blocks.outline(self.pixels.shape, self.mesh)
        return face_blocks.beside(self.pixels, mask) if mask.any() else None

    @property
    def eyes(self) -> tuple[Iris, Iris] | None:
        """The first face's, where both were measured."""
        pair = next(iter(self.outputs[IRIS].data.eyes), None)
        if pair is None or pair[0] is None or pair[1] is None:
            return None
        return pair[0], pair[1]

    def mesh_of(self, pixels: Pixels) -> NDArray[np.float32] | None:
        """The first face's mesh on changed pixels, looked for in the same place."""
        faces = self.outputs[DETECTION].faces[:1]
        view = View(Picture(pixels), faces, {DETECTION: Output(faces=faces)})
        return next(iter(self.pool.run("mediapipe-mesh", view).data.points), None)


Sign = Callable[[Shot], float | None]
"""None where there is nothing to measure."""
