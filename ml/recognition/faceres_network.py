"""FaceRes in torch: slower than the ONNX graph, but gradients flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ml import faceres
from ml.tfjs.network import TfjsNetwork
from ml.weights import Weights

if TYPE_CHECKING:
    import torch


class FaceresNetwork:
    """Called with chips as ml.recognition.code_faceres cuts them, N x 3 x 224 x 224 float RGB
    0..255, it gives their embeddings: N x 1024, one long each, as embedding_faceres does (of the
    chips as they are: who wants the mirror images averaged in gives both and adds).

    The weights are constants; gradients flow to the chips.
    """

    def __init__(self, weights: Weights, device: str = "cpu") -> None:
        import torch

        outputs = {"global_pooling/Mean": "descriptor"}
        self._net = TfjsNetwork(faceres.read(weights), outputs, faceres.CHIP, device)
        self._means = torch.from_numpy(faceres.MEANS)[:, None, None].to(device)

    def descriptors(self, chips: torch.Tensor) -> torch.Tensor:
        """N x 1024, none below 0."""
        return self._net(chips.flip(1) - self._means)["descriptor"]

    def vectors(self, descriptors: torch.Tensor) -> torch.Tensor:
        """Descriptors as embeddings, one long each."""
        from torch.nn import functional as F

        # The root's slope is endless at 0, where a third of the numbers lie.
        return F.normalize((descriptors + 1e-6).sqrt())

    def __call__(self, chips: torch.Tensor) -> torch.Tensor:
        return self.vectors(self.descriptors(chips))
