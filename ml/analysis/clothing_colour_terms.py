"""Names the colour of what is worn below the neck, by its commonest basic colour term."""

from __future__ import annotations

from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.analysis.head_lab import HEAD
from ml.analysis.head_pixels import NO_COLOUR, Head
from ml.contracts import MESH, PARSING, POSE, Output, Parsed, View
from ml.facewise import in_sight
from ml.registry import Commercial, Model, ModelCard, Task, figures, register
from ml.runtimes import Floats
from ml.traits import UNSURE
from ml.types import Reading

NAME = "terms-clothing-colour"
EYES_APART = 24.0
LEAST = 300  # pixels of the head's square, of 36,864
# The eleven basic colour terms, and where each lies in CIELAB: by chroma and lightness, then hue.
TERMS = (
    *("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink"),
    "brown",
)
COLOURLESS, DARK_COLOURLESS = 11.0, 14.0  # chroma below which black, white or grey
BLACK, WHITE, BLACKEST = 30.0, 62.0, 12.0  # L* of black at most, white at least, always black
HUES = np.array([42.0, 70.0, 110.0, 195.0, 300.0, 335.0])  # degrees, where the next colour begins
PALE_RED, PALE_PURPLE, CREAM = 62.0, 60.0, 22.0  # L* from which they are pink; chroma of cream
# Said of clothes in the warm half these were skin, or light, as often as not; purple and pink are
# too rare to be measured.
NOT_SAID = frozenset({"orange", "brown", "purple", "pink"})

MEASURED = (
    *figures(
        "lfw, 365 people labelled by one eye after all was chosen",
        "2026-11-28",
        "python -m tests.fitting.attributes LFW",
        {
            "right, of 325 named": "74.5 % (69.5 to 79.1)",
            "right if all were called black": "51.0 %",
            "right by word": (
                "black 157 of 213; blue 14 of 20; green 2 of 3; grey 16 of 18; red 8 of"
                " 12; white 43 of 57; yellow 2 of 2"
            ),
        },
    ),
)

CLOTHING_COLOUR: Task[Any] = Task("clothing-colour", "Clothing colour", NoneType)


@register(
    ModelCard(
        name=NAME,
        title="Basic colour terms of clothes",
        task=CLOTHING_COLOUR,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE, PARSING, HEAD),
        paper=(
            "Berlin and Kay, Basic Color Terms, 1969: the eleven terms as regions of CIELAB, set "
            "by hand"
        ),
        known_limits=(
            "Names the colour that takes most room below the chin, as the light shows it: navy and "
            "dark grey turn black, lamplight turns white yellow, and of a suit and shirt only one "
            "is named. Brown, orange, purple and pink are called unsure."
        ),
        measured=MEASURED,
    )
)
class TermsClothingColour(Model):
    """A colour or unsure, a face."""

    def run(self, view: View) -> Output:
        parts, heads = view.data(PARSING).heads, view.data(HEAD)

        def said(face: int, _mesh: Floats) -> Reading:
            parsed, head = parts[face], heads.of(face)
            if head.colourless:
                return Reading(NAME, "clothing colour", None, face=face, note=NO_COLOUR)
            term = None if parsed is None else commonest(head, parsed)
            note = "" if term else "too little of it in sight"
            return Reading(NAME, "clothing colour", term, face=face, note=note)

        return in_sight(view, EYES_APART, NAME, "clothing colour", said)


def commonest(head: Head, parsed: Parsed) -> str | None:
    """The term that most pixels of the body have; UNSURE for those not said; None for too few."""
    body = head.lab[parsed.where("body")]
    if len(body) < LEAST:
        return None
    term = TERMS[int(np.bincount(terms(body), minlength=len(TERMS)).argmax())]
    return UNSURE if term in NOT_SAID else term


def terms(lab: Floats) -> NDArray[np.intp]:
    """Indices into TERMS of colours (N x 3)."""
    light, red, yellow = lab.T
    chroma = np.hypot(red, yellow)
    hue = np.degrees(np.arctan2(yellow, red)) % 360
    found: NDArray[np.intp] = 3 + np.searchsorted(HUES, hue, side="right") % len(HUES)
    found[(found == 3) & (light > PALE_RED)] = TERMS.index("pink")
    found[(found == 8) & (light > PALE_PURPLE)] = TERMS.index("pink")
    brown = (found == 4) & (light < 55) | (found == 5) & (light < 60) & (chroma < 40)
    brown |= (found == 3) & (hue > 25) & (hue < 42) & (chroma < 28) & (light < 50)
    cream = (found == 5) & (chroma < CREAM) & (light >= 60)
    found[brown] = TERMS.index("brown")
    dull = chroma < np.where(light < BLACK, DARK_COLOURLESS, COLOURLESS)
    found[dull] = TERMS.index("grey")
    found[dull & (light >= WHITE) | cream] = TERMS.index("white")
    found[dull & (light < BLACK) | (light < BLACKEST)] = TERMS.index("black")
    return found
