"""What a recogniser offers whose answer can be followed back to the pixels of the photo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


class FaceNetwork(Protocol):
    """A recogniser's network in torch with the recipe of its card, for ml.following to run.

    side: pixels of the chips it takes. repeat_border: whether chips repeat the photo's border
    where they reach beyond it (else they are black there).
    """

    side: int
    repeat_border: bool

    def cut(self, mesh: NDArray[Any]) -> NDArray[np.float64]:
        """The 2 x 3 transform from pixels of the photo to pixels of the chip (ml.geometry)."""

    def features(self, chips: torch.Tensor) -> torch.Tensor:
        """N x D of N x 3 x side x side, RGB 0..255: what may be averaged over chips of one face."""

    def ghosts(self, chips: torch.Tensor) -> torch.Tensor:
        """The same by a network that differs from it a little, each time by chance: what misleads
        many such reaches further than what misleads one. The same where there is no such."""

    def vectors(self, features: torch.Tensor) -> torch.Tensor:
        """N x D of unit length: the card's embeddings, where the features are those of each chip
        averaged with its mirror image's."""


@runtime_checkable
class Differentiable(Protocol):
    """A model of the task embedding through which gradients flow."""

    def network(self) -> FaceNetwork:
        """Its network, made anew at each call: whoever asks keeps it as long as it is needed."""
