"""dlib's face recognition network in torch: slower than the ONNX graph, but gradients flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ml.recognition.dlib_weights import DlibWeights, Stage

if TYPE_CHECKING:
    import torch


class DlibNetwork:
    """Called with N x 3 x 150 x 150 normalised chips (ml.alignment), it gives N x 128 faces.

    The weights are constants; gradients flow to the chips. through: how much of the slopes passes
    the blocks' convolutions; below 1 more of them goes past, which points to what other networks
    see, too (Wu et al., Skip Connections Matter, 2020). What it gives stays the same.
    """

    def __init__(self, net: DlibWeights, device: str = "cpu", through: float = 1.0) -> None:
        import torch

        self._through = through

        self._stages = {
            stage: [_last(torch.from_numpy(part.copy()).to(device)) for part in stage.folded]
            for stage in net.stages
        }
        self._stem, self._blocks = net.stages[0], net.blocks
        self._projection = torch.from_numpy(net.projection.copy()).to(device)

    def __call__(self, chips: torch.Tensor, ghosts: float = 0.0) -> torch.Tensor:
        """ghosts: by which part what goes past each block is made more or less at random: each
        call is then another network, a little different from this one (Li et al., Learning
        Transferable Adversarial Examples via Ghost Networks, 2020)."""
        import torch
        from torch.nn import functional as F

        x = F.max_pool2d(self._convolved(_last(chips), self._stem).relu(), 3, 2)
        for first, second in self._blocks:
            y = self._convolved(self._convolved(x, first).relu(), second)
            if self._through < 1:
                y = self._through * y + (1 - self._through) * y.detach()
            if first.stride == 2:
                x = F.avg_pool2d(x, 2, 2)
            if ghosts:
                x = x * (1 + ghosts * (2 * torch.rand(1, device=x.device) - 1))
            x = (grown(x, y) + grown(y, x)).relu()
        return x.mean((2, 3)) @ self._projection

    def _convolved(self, x: torch.Tensor, stage: Stage) -> torch.Tensor:
        from torch.nn import functional as F

        weight, bias = self._stages[stage]
        return F.conv2d(x, weight, bias, stage.stride, stage.padding)


def _last(part: torch.Tensor) -> torch.Tensor:
    """The same with its channels last in memory: a third quicker on a CPU, slopes included."""
    import torch

    return part.contiguous(memory_format=torch.channels_last) if part.ndim == 4 else part


def grown(x: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """x with zeros behind its channels and at its bottom and right edge, up to the other's size."""
    from torch.nn import functional as F

    more = [max(b - a, 0) for a, b in zip(x.shape[1:], other.shape[1:], strict=True)]
    return F.pad(x, (0, more[2], 0, more[1], 0, more[0]))
