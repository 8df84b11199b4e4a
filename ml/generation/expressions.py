"""The expressions that a portrait can be given, made of ARKit's coefficients."""

from __future__ import annotations

from collections.abc import Mapping

Coefficients = Mapping[str, float]


def both(**values: float) -> dict[str, float]:
    """The same on both sides of the face."""
    return {name + side: value for name, value in values.items() for side in ("Left", "Right")}


EXPRESSIONS: Mapping[str, Coefficients] = {
    "smile": both(mouthSmile=1.3, cheekSquint=0.9, eyeSquint=0.35, mouthUpperUp=0.1),
    "laugh": {
        **both(mouthSmile=1.25, cheekSquint=1.0, eyeSquint=0.5, mouthUpperUp=0.5, mouthStretch=0.2),
        "jawOpen": 0.35,
    },
    "open mouth": {"jawOpen": 0.8},
    "surprise": {
        **both(browOuterUp=1.8, eyeWide=2.3),
        "browInnerUp": 1.8,
        "jawOpen": 0.42,
        "mouthFunnel": 0.9,
    },
    "brows raised": {**both(browOuterUp=1.2), "browInnerUp": 1.1},
    "frown": both(browDown=2.6, mouthFrown=1.6, noseSneer=1.6, eyeSquint=0.5, mouthPress=0.8),
    "sad": {
        **both(mouthFrown=2.2, eyeSquint=0.2, eyeBlink=0.1, browOuterUp=-1.4, browDown=-0.6),
        "browInnerUp": 3.2,
        "mouthShrugLower": 1.2,
    },
    "eyes closed": both(eyeBlink=1.0),
    "wink, right eye": {"eyeBlinkRight": 1.0, "mouthSmileRight": 0.35, "cheekSquintRight": 0.6},
    "wink, left eye": {"eyeBlinkLeft": 1.0, "mouthSmileLeft": 0.35, "cheekSquintLeft": 0.6},
    "look to their left": {"eyeLookOutLeft": 0.9, "eyeLookInRight": 0.9},
    "look to their right": {"eyeLookInLeft": 0.9, "eyeLookOutRight": 0.9},
    "look up": both(eyeLookUp=0.9),
    "look down": both(eyeLookDown=0.9, eyeBlink=0.25),
}
