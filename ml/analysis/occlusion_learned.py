"""Finds what covers a face with a small network: from it and from how a fitted one differs."""

from __future__ import annotations

from ml.analysis.cover_network import CoverNetwork, fed, finer
from ml.analysis.covers import cover, told
from ml.analysis.face_layout import Skin
from ml.analysis.misfit_evidence import smoothed
from ml.analysis.occlusion_fitted import weighed
from ml.contracts import MESH, OCCLUSION, POSE, Cover, Output, View
from ml.registry import Commercial, Device, Model, ModelCard, register
from ml.runtimes import Floats
from ml.types import Picture
from ml.weights import Weights

NAME = "learned-occlusion"
CUT = 0.5  # odds from which a place is told to be covered


@register(
    ModelCard(
        name=NAME,
        title="What covers the face",
        task=OCCLUSION,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="Apache-2.0",
        commercial_use=Commercial.YES,
        memory_mb=30,
        rank=2,
        needs=(MESH, POSE),
        paper=(
            "Voo et al., Delving into High-Quality Synthetic Face Occlusion Segmentation Datasets, "
            "2022, for learning from drawn covers; Ronneberger et al., U-Net, 2015"
        ),
        known_limits=("X"),
        measured=(),
    )
)
class LearnedOcclusion(Model):
    """A mask a face, and how much of each region it hides."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._net = CoverNetwork(device)

    def run(self, view: View) -> Output:
        return told(NAME, view, lambda laid: self.found(view.picture, laid))

    def found(self, picture: Picture, laid: Skin) -> Cover:
        return cover(self.covered(picture, laid), CUT, laid)

    def covered(self, picture: Picture, laid: Skin) -> Floats:
        """SIDE x SIDE, 0..1: how likely each place is covered."""
        odds, off = weighed(laid)
        found = self._net(fed(finer(picture, laid), laid.seen, off, odds))
        return smoothed(found * laid.seen, laid)
