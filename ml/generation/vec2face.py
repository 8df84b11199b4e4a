"""Vec2Face: faces around an embedding, as near to it or as far as asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from ml.contracts import GENERATION
from ml.contracts.generators import Brief, Floats
from ml.generation.around import Around, Told
from ml.registry import Commercial, Device, ModelCard, register
from ml.weights import Path

NAME = "vec2face"
EMBEDDER = "arcface-r100-glint360k"
LENGTH = 512**0.5  # of the vectors it was taught on, as long as those of 512 normal values
RATE = 0.1  # of steering, as published
SOURCE = Path("vec2face_generator.pth, linked from github.com/HaiyuWu/Vec2Face", ())


@register(
    ModelCard(
        name=NAME,
        title="Vec2Face",
        task=GENERATION,
        weights=(SOURCE,),
        code_licence="Apache-2.0",
        weights_licence="MIT",
        commercial_use=Commercial.UNKNOWN,
        memory_mb=1000,
        paper=(
            "Wu et al., Vec2Face: Scaling Face Dataset Generation with Loosely Constrained "
            "Vectors, ICLR 2025"
        ),
        known_limits=(
            "Not measured: never run with real weights where it was written. It makes small faces "
            "of 112 pixels that are cut close, and repeats what its training pictures show of "
            "people. The weights' licence is taken to be that of the code beside them."
        ),
        devices=(Device.CPU, Device.CUDA),
        rank=5,
    )
)
class Vec2Face(Around):
    """Brief.variation is the radius: the deviation of what is added to each of the embedding's
    values, where those deviate by 1. Published sets took 0.3, 0.5 and 0.7."""

    embedder: ClassVar[str] = EMBEDDER
    side: ClassVar[int] = 112

    def _load(self) -> list[Any]:
        import torch

        from ml.generation.networks.vec2face import Vec2FaceNetwork

        (file,) = self.card.weights[0].files
        whole = torch.load(self.weights.path(file), map_location="cpu", weights_only=True)
        return [Vec2FaceNetwork(whole["model_vec2face"])]

    def _drawn(self, face: Floats, brief: Brief, seed: int, told: Told) -> Any:
        import torch

        told.each = 1
        chance = torch.Generator().manual_seed(seed)
        vector = self._vector(face, brief.variation, chance)
        drawn = self._networks[0](vector, chance)[0]
        told.show(drawn)
        told.step()
        return drawn

    def _vector(self, face: Floats, radius: float, chance: Any) -> Any:
        """1 x D, as long as those it was taught on."""
        import torch

        whole = torch.from_numpy(face)[None] * LENGTH
        moved = whole + radius * torch.randn(whole.shape, generator=chance)
        return (moved / moved.norm() * LENGTH).to(self.where)

    def steered(
        self,
        face: Floats,
        goal: Callable[[Any], Any],
        seed: int,
        steps: int = 20,
        rate: float = 0.1,
    ) -> Floats:
        """The embedding (D values, of length 1) changed so that what is drawn of it comes nearer to
        a goal, as its AttrOP does.

        goal: 1 x 3 x 112 x 112, RGB, about -1..1, to a loss that gradients flow through, such as a
        pose's or quality's, with how far the face strays from the person.
        """
        import torch

        vector = (torch.from_numpy(face)[None] * LENGTH).to(self.where).requires_grad_()
        solver = torch.optim.Adam([vector], lr=RATE)
        with self._lock:
            for _ in range(steps):
                chance = torch.Generator().manual_seed(seed)
                loss = goal(self._networks[0](vector, chance))
                solver.zero_grad()
                loss.backward()
                solver.step()
        made = vector.detach()[0].cpu().numpy()
        return np.asarray(made / np.linalg.norm(made), np.float32)


def direction(those: Floats, others: Floats) -> Floats:
    """What Brief.towards takes to make faces more like those than like the others: N x D and M x D
    embeddings, such as of people who smile and who do not; their mean difference."""
    means = [(one / np.linalg.norm(one, axis=1, keepdims=True)).mean(0) for one in (those, others)]
    return np.asarray(means[0] - means[1], np.float32)
