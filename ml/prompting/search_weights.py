"""What a face and a sign are known by in a coarse view, far off and near.

Fitted with `python -m tests.fitting.searching_weights` on one half of the backgrounds and
people; its output tells how well they rank places of the other half.
"""

from __future__ import annotations

from ml.prompting.search_interest import Weighing

FACE, SIGN = (22.0, 28.0), (90.0, 22.0)  # pixels of the photo
NEAR = 3.5  # pixels of the photo a pixel of the view: finer views are weighed as glimpses
FAR_AND_NEAR = {
    "face": (
        Weighing(
            FACE,
            {
                "lightness": -0.27,
                "redness": 2.48,
                "blueness": 0.45,
                "light stripe": 0.31,
                "edges": 3.0,
                "upright edges": 2.1,
                "edges around": -1.88,
                "skin": 1.12,
                "skin here": 3.8,
                "bright": 0.08,
                "colourful": -0.39,
            },
            -10.17,
        ),
        Weighing(
            FACE,
            {
                "lightness": -0.03,
                "redness": 2.25,
                "blueness": 0.32,
                "light stripe": 0.32,
                "edges": 6.18,
                "upright edges": -0.3,
                "edges around": -1.5,
                "skin": 0.73,
                "skin here": 4.21,
                "bright": 0.16,
                "colourful": 0.18,
            },
            -24.56,
        ),
    ),
    "sign": (
        Weighing(
            SIGN,
            {
                "lightness": 1.08,
                "redness": 4.05,
                "blueness": -0.06,
                "light stripe": 1.71,
                "edges": 2.69,
                "upright edges": -3.13,
                "edges around": -2.52,
                "skin": -1.73,
                "skin here": -3.25,
                "bright": 0.04,
                "colourful": -1.07,
            },
            -8.69,
        ),
        Weighing(
            SIGN,
            {
                "lightness": 1.15,
                "redness": 2.73,
                "blueness": -0.13,
                "light stripe": 0.63,
                "edges": 7.41,
                "upright edges": 1.6,
                "edges around": -2.39,
                "skin": -0.53,
                "skin here": -0.77,
                "bright": -0.31,
                "colourful": -0.21,
            },
            -28.58,
        ),
    ),
}


def of(kind: str, scale: float) -> Weighing:
    """kind: "face" or "sign"; scale: pixels of the photo a pixel of the view."""
    far, near = FAR_AND_NEAR[kind]
    return near if scale < NEAR else far
