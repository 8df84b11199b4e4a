"""Finds what covers a face, by how a fitted usual face and the photo's differ."""

from __future__ import annotations

from ml.analysis.covers import cover, told
from ml.analysis.face_layout import Skin, fitted
from ml.analysis.face_misfit import best, misfit
from ml.analysis.misfit_evidence import compared, evidence, odds, smoothed
from ml.contracts import MESH, OCCLUSION, POSE, Output, View
from ml.registry import Commercial, Model, ModelCard, figures, register
from ml.runtimes import Floats

NAME = "fitted-occlusion"
AGAIN = 1  # how often the fit is made again without what it showed to be covered
DOUBTED, CUT = 0.5, 0.36  # odds from which a place takes no part in the next fit; is told
# How much each evidence counts (ml.analysis.misfit_evidence): `python -m tests.fitting.occlusion`.
WEIGHTS = {
    "misfit": 5.11,
    "misfit around": -3.93,
    "misfit far around": 10.46,
    "colour": 1.21,
    "colour far around": -3.93,
    "darker": -0.10,
    "unlike the other side": -0.82,
    "more than the other side": -0.23,
    "drawn as usual": -3.18,
    "not drawn where it should be": -6.19,
    "drawn where it should not be": -1.00,
    "misfit of the whole face": -2.27,
    "usual spread": 5.16,
    "aside": 1.16,
    "bias": -4.32,
}

# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 480 faces, 3 not read",
        "2026-11-29",
        "manage.py evaluate occlusion --data lfw "
        "--models learned-occlusion,fitted-occlusion,colour-occlusion --seed 0",
        {
            "IoU, mean of the kinds": "54.9 % (52.5 to 57.1)",
            "IoU, hand": "3.9 % (1.6 to 6.9)",
            "IoU, mask": "61.5 % (55.1 to 67.1)",
            "IoU, glasses": "40.4 % (32.9 to 46.9)",
            "IoU, sunglasses": "76.7 % (71.6 to 81.4)",
            "IoU, hair": "61.6 % (54.0 to 68.5)",
            "IoU, patch": "85.2 % (82.2 to 87.7)",
            "bare faces said to be covered": "9.0 % (6.5 to 11.7)",
            "pixels of bare faces said to be covered": "1.8 % (1.3 to 2.3)",
            "IoU, mean of the kinds by skin lightness": (
                "darkest third 53.1 % (worst), lightest third 58.4 %, middle third 54.1 %"
            ),
        },
    ),
    *figures(
        "LFW, 612 photos, those flagged looked at by eye, and in sight before",
        "2026-11-29",
        "python -m tests.fitting.occlusion_seen LFW fitted-occlusion",
        {
            "really bare faces said to be covered": "24 of 545 (4.4 %)",
            "the same, third with the darkest skin in the photo": "17 of 177 (9.6 %)",
            "faces really covered that are told, of those flagged at all": "43 of 67",
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="What covers the face, by a fitted face",
        task=OCCLUSION,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="Apache-2.0",
        commercial_use=Commercial.YES,
        memory_mb=20,
        rank=1,
        needs=(MESH, POSE),
        paper=(
            "A usual face fitted and masked in alternation, as in Egger et al., Occlusion-aware 3D "
            "Morphable Models and an Illumination Prior, 2018; random things drawn over faces as "
            "in Voo et al., Delving into High-Quality Synthetic Face Occlusion Segmentation "
            "Datasets, 2022"
        ),
        known_limits=(
            "Hands are hardly ever found, for they look like skin, nor are thin rims reliably; "
            "takes deep shadows, light from one side, coloured light, dark beards and teeth for "
            "covers, most of all in dark skin and dark photos. The kinds that it was measured "
            "with were drawn; what faces usually look like, coarsely, is the mean of LFW's."
        ),
        measured=MEASURED,
    )
)
class FittedOcclusion(Model):
    """A mask a face, and how much of each region it hides."""

    def run(self, view: View) -> Output:
        return told(NAME, view, lambda laid: cover(covered(laid), CUT, laid))


def covered(skin: Skin) -> Floats:
    """SIDE x SIDE, 0..1: how likely each place is covered."""
    return smoothed(weighed(skin)[0], skin)


def weighed(skin: Skin) -> tuple[Floats, Floats]:
    """The same before its edges are laid along the photo's (SIDE x SIDE), and the misfit that it
    was told from (SIDE x SIDE x 3)."""
    usual, spread = fitted()["usual"], fitted()["spread"]
    off, features = best(skin, usual, spread), compared(skin, usual)
    found = odds(evidence(skin, off, features, spread), WEIGHTS, skin.seen)
    for _ in range(AGAIN):
        off = misfit(skin, found > DOUBTED, usual, spread)
        found = odds(evidence(skin, off, features, spread), WEIGHTS, skin.seen)
    return found, off
