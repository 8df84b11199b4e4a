"""Finds what covers a face with a small network: from it and from how a fitted one differs."""

from __future__ import annotations

from ml.analysis.cover_network import CoverNetwork, fed, finer
from ml.analysis.covers import cover, told
from ml.analysis.face_layout import Skin
from ml.analysis.misfit_evidence import smoothed
from ml.analysis.occlusion_fitted import weighed
from ml.contracts import MESH, OCCLUSION, POSE, Cover, Output, View
from ml.registry import Commercial, Device, Model, ModelCard, figures, register
from ml.runtimes import Floats
from ml.types import Picture
from ml.weights import Weights

NAME = "learned-occlusion"
CUT = 0.5  # odds from which a place is told to be covered

# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 480 faces, 3 not read",
        "2026-11-29",
        "manage.py evaluate occlusion --data lfw "
        "--models learned-occlusion,fitted-occlusion,colour-occlusion --seed 0",
        {
            "IoU, mean of the kinds": "74.4 % (72.8 to 75.7)",
            "IoU, hand": "68.4 % (64.0 to 72.5)",
            "IoU, mask": "75.2 % (73.3 to 77.1)",
            "IoU, glasses": "51.4 % (45.0 to 57.1)",
            "IoU, sunglasses": "81.9 % (79.2 to 84.3)",
            "IoU, hair": "81.4 % (77.8 to 84.3)",
            "IoU, patch": "87.9 % (85.3 to 90.1)",
            "bare faces said to be covered": "10.4 % (8.1 to 13.3)",
            "pixels of bare faces said to be covered": "1.4 % (1.0 to 1.8)",
            "IoU, mean of the kinds by skin lightness": (
                "darkest third 73.3 % (worst), lightest third 76.4 %, middle third 74.0 %"
            ),
        },
    ),
    *figures(
        "LFW, 612 photos, those flagged looked at by eye, and in sight before",
        "2026-11-29",
        "python -m tests.fitting.occlusion_seen LFW learned-occlusion",
        {
            "really bare faces said to be covered": "15 of 545 (2.8 %)",
            "the same, third with the darkest skin in the photo": "10 of 177 (5.6 %)",
            "faces really covered that are told, of those flagged at all": "45 of 67",
        },
    ),
)


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
        known_limits=(
            "Misses many real caps and fringes close to the hair's own line, tinted glasses and "
            "hands that lie on the chin; takes bright or furrowed foreheads and lit cheeks for "
            "covered now and then, most of all in dark skin and dark photos. It learned from two "
            "dozen faces with things drawn over them; what it was measured with was drawn, too."
        ),
        measured=MEASURED,
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
