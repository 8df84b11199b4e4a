"""Calls covered what has not the colour of most of the face: the cheap way, to be compared with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.analysis.covers import cover, told
from ml.analysis.face_layout import Skin
from ml.contracts import MESH, OCCLUSION, POSE, Output, View
from ml.registry import Commercial, Model, ModelCard, figures, register

NAME = "colour-occlusion"
# How far from the face's median, in its logarithms of lightness and of the two colours, is covered:
# of .15, .2, .3, .4, .5 and .7 the one with the best IoU on 90 faces of the half that is fitted on.
FAR = 0.3
LIGHTER = 0.35  # how much less a difference in lightness counts

# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 480 faces, 3 not read",
        "2026-11-29",
        "manage.py evaluate occlusion --data lfw "
        "--models learned-occlusion,fitted-occlusion,colour-occlusion --seed 0",
        {
            "IoU, mean of the kinds": "39.5 % (37.4 to 41.4)",
            "IoU, hand": "0.1 % (0.0 to 0.2)",
            "IoU, mask": "12.7 % (7.8 to 18.1)",
            "IoU, glasses": "45.8 % (39.8 to 51.2)",
            "IoU, sunglasses": "67.2 % (63.0 to 71.4)",
            "IoU, hair": "43.8 % (37.1 to 51.1)",
            "IoU, patch": "67.4 % (61.9 to 72.0)",
            "bare faces said to be covered": "37.7 % (33.5 to 42.1)",
            "pixels of bare faces said to be covered": "7.7 % (7.0 to 8.6)",
            "IoU, mean of the kinds by skin lightness": (
                "darkest third 38.5 % (worst), lightest third 39.9 %, middle third 41.1 %"
            ),
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="What covers the face, by colour",
        task=OCCLUSION,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE),
        paper="One threshold on how far a colour is from the face's own",
        known_limits=(
            "Takes lips, brows, beards, shadows and open mouths for things that cover the face, "
            "and hands for the face: something to compare with."
        ),
        measured=MEASURED,
    )
)
class ColourOcclusion(Model):
    """A mask a face, pixel by pixel."""

    def run(self, view: View) -> Output:
        return told(NAME, view, lambda laid: cover(differing(laid), 0.5, laid))


def differing(skin: Skin) -> NDArray[np.float32]:
    """SIDE x SIDE, 0..1, a half where a colour is FAR from the median."""
    told = skin.told * (LIGHTER, 1, 1)
    away = np.linalg.norm(told - np.median(told[skin.seen], 0), axis=-1)
    odds: NDArray[np.float32] = (away / (2 * FAR)).clip(0, 1).astype(np.float32)
    return odds
