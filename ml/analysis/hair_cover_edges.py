"""Tells that something covers the hair by hard, level edges on and above the forehead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.analysis.head_lab import HEAD
from ml.analysis.head_pixels import Head
from ml.analysis.parsing_colours import Frame
from ml.analysis.parsing_outlines import Inside
from ml.contracts import MESH, PARSING, POSE, Output, Parsed, View
from ml.facewise import in_sight
from ml.registry import Commercial, Model, ModelCard, Task, figures, register
from ml.runtimes import Floats
from ml.traits import Trait, worded
from ml.types import Reading

NAME = "edges-hair-cover"
EYES_APART = 24.0
OUT = "outside the photo"
LEAST = 30  # pixels of hair or the like, to say anything about it
# Where the forehead is looked over: across, and from above the brows to above the head; in heights
# of the face from its middle.
ACROSS, FROM, TO, STEP = 0.25, 0.18, 0.75, 0.01
SPREAD = (14.0, 5.0, 6.0)  # of skin's L*, a*, b*
OTHER = 2.2  # so many spreads away it is not skin

# `python -m tests.fitting.attributes LFW` fits it to one half of the photos.
COVERED = Trait(
    {
        "level edge": 0.281,
        "texture": 0.253,
        "much": 8.88,
        "even line": 18.3,
        "blue": 0.065,
        "light": 0.021,
        "like hair": 4.39,
    },
    -13.5,
)


MEASURED = (
    *figures(
        "lfw, 1,282 people no weight was fitted to, 100 covered",
        "2026-11-28",
        "python -m tests.fitting.attributes LFW",
        {
            "balanced accuracy, covered": "82.9 % (78.3 to 87.4)",
            "recall, covered": "67.0 % (57.8 to 75.8)",
            "precision, covered": "82.7 % (74.1 to 91.0)",
            "unsure, covered": "2.8 %",
        },
    ),
)


@dataclass(frozen=True, slots=True)
class HairCovers:
    """Of each face, in the order of View.faces, how likely something covers its hair, 0..1; None
    where it could not be told."""

    odds: tuple[float | None, ...]


HAIR_COVER: Task[HairCovers] = Task("hair-cover", "Hair covered", HairCovers)


@register(
    ModelCard(
        name=NAME,
        title="Edges above the forehead",
        task=HAIR_COVER,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE, PARSING, HEAD),
        paper=(
            "No paper's: edges, colour and outline of what the parsed head has above the face, "
            "weighed by logistic regression"
        ),
        known_limits=(
            "Caps, helmets, hats, veils and turbans count alike, and it does not say which; plain "
            "dark or hair-coloured ones and small ones are overlooked, and a fringe cut straight, "
            "a receding hairline or a busy background can pass for one."
        ),
        measured=MEASURED,
    )
)
class EdgesHairCover(Model):
    """yes, no or unsure, a face."""

    def run(self, view: View) -> Output:
        heads = view.data(HEAD)
        odds = tuple(
            COVERED.odds(measures(heads.of(face), parsed))
            if parsed is not None and parsed.where("skin").any()
            else None
            for face, parsed in enumerate(view.data(PARSING).heads)
        )

        def said(face: int, _mesh: Floats) -> Reading:
            if (likely := odds[face]) is None:
                return Reading(NAME, "hair covered", None, face=face, note=OUT)
            return Reading(NAME, "hair covered", *worded(likely, "yes", "no"), face)

        readings = in_sight(view, EYES_APART, NAME, "hair covered", said).readings
        return Output(readings=readings, data=HairCovers(odds))


def measures(head: Head, parsed: Parsed) -> dict[str, float]:
    """Of what is above the face: how hard its level edges are, how strong its strongest tenth of
    texture, how much of it there is, how even the hairline, how blue, how light, and how sure the
    parser is of hair."""
    import cv2

    light = head.lab[..., 0]
    place = head.place
    above = over(head, place, parsed)
    few = above.sum() < LEAST
    grain = np.abs(light - cv2.GaussianBlur(light, (0, 0), 1.5))
    skin = np.median(head.lab[skin_of(place, parsed)], axis=0)
    colour = skin if few else np.median(head.lab[above], axis=0)
    rows = brow_upwards(head, place.height)
    return {
        "level edge": float(np.abs(np.gradient(rows.mean(1), axis=0)).sum(1).max()),
        "texture": 0.0 if few else float(np.percentile(grain[above], 95)),
        "much": float(above.sum()) / place.height**2,
        "even line": -unevenness(rows, skin),
        "blue": -float(colour[2]),
        "light": float(colour[0]),
        "like hair": parsed.sure["hair"],
    }


def over(head: Head, place: Frame, parsed: Parsed) -> Inside:
    """What is parsed as hair, or as unknown, above the face."""
    kind = parsed.where("hair") | parsed.where("unknown")
    above: Inside = kind & (place.up > 0.35) & (np.abs(place.across) < 0.45) & head.shown
    return above


def skin_of(place: Frame, parsed: Parsed) -> Inside:
    """Skin at the height of the cheeks, or anywhere where none is in sight there."""
    skin = parsed.where("skin")
    cheeks: Inside = skin & (np.abs(place.up) < 0.3)
    return cheeks if cheeks.any() else skin


def brow_upwards(head: Head, height: float) -> Floats:
    """Colours (rows x columns x 3) over the forehead of a face that is so high, the first row just
    above the brows."""
    import cv2

    points = head.points
    up = (points[10] - points[152]) / max(float(np.linalg.norm(points[10] - points[152])), 1e-6)
    along, across = np.arange(FROM, TO, STEP) * height, np.linspace(-ACROSS, ACROSS, 13) * height
    x, y = (
        (points[10] + points[152])[axis] / 2
        + along[:, None] * up[axis]
        + across[None] * (-up[1], up[0])[axis]
        for axis in (0, 1)
    )
    seen: Any = cv2.remap(
        head.lab,
        x.astype(np.float32),
        y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return seen  # type: ignore[no-any-return]


def unevenness(rows: Floats, skin: Floats) -> float:
    """How far the lowest that is not skin strays from a smooth bow over the columns, in heights of
    the face."""
    import cv2

    far = np.linalg.norm((rows - skin) / np.array(SPREAD), axis=2).astype(np.float32)
    other = cv2.blur(far, (1, 3)) > OTHER
    first = np.where(other.any(0), other.argmax(0), len(rows)) * STEP
    columns = np.linspace(-1.0, 1.0, len(first))
    bow = np.polyval(np.polyfit(columns, first, 2), columns)
    return float(np.median(np.abs(first - bow)))
