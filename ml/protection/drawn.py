"""Parts of a photo that somebody drew to have them covered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ml.contracts import Texts
from ml.types import Box

MOST = 50
FORMAT = "A region is four numbers: left, top, right and bottom, in pixels of the upright photo."
REGIONS = {
    "title": "Regions that you draw",
    "help": "A screen, a tattoo, a number: each gets the colour of its edge. Draw on the photo, or "
    "add a region and type where it lies.",
    "format": "regions",
    "most": MOST,
}


def boxes(words: Iterable[str]) -> tuple[Box, ...]:
    """Each region's box. words: "left top right bottom" each, in pixels of the upright photo.

    Raises:
        ValueError: one is no region, with a sentence.
    """
    return tuple(map(_box, words))


def _box(words: str) -> Box:
    try:
        left, top, right, bottom = (float(word) for word in words.split())
    except ValueError:
        raise ValueError(FORMAT) from None
    if not (0 <= left < right < float("inf") and 0 <= top < bottom < float("inf")):
        raise ValueError(FORMAT)
    return Box(left, top, right, bottom)


def within(regions: Sequence[Box], size: tuple[int, int]) -> Texts:
    """The regions as quadrangles, without what lies beyond a photo of that size (width, height)."""
    clipped = (
        Box(one.left, one.top, min(one.right, size[0]), min(one.bottom, size[1]))
        for one in regions
        if one.left < size[0] and one.top < size[1]
    )
    return Texts(
        tuple(
            ((b.left, b.top), (b.right, b.top), (b.right, b.bottom), (b.left, b.bottom))
            for b in clipped
        )
    )
