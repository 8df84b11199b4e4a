"""The proof of one face: what recognisers say of the saved file, and of files made without each."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from ml.protection import likeness_limits, proof, skin_tone
from ml.protection.recognisers import Judges, akin
from ml.protection.workshop import Wish, Worked, Workshop, in_turn, made
from ml.registry import ModelCard
from ml.types import JSON, Picture

Pixels = NDArray[np.uint8]
Opened = Callable[[Pixels], Pixels]  # what whoever opens a file with these pixels sees
TRIED = ("as it is", "JPEG 75", "half size, JPEG 75")  # journeys of what was made without one


def sheet(
    wish: Wish,
    shop: Workshop,
    picture: Picture,
    after: Pixels,
    work: Worked,
    told: Callable[[int, int], None],
    opened: Opened,
) -> JSON:
    """What the proof says of one face. after: of the file, opened again."""
    began, one, inner = perf_counter(), work.chosen, work.inner
    told(1, 0)
    against = shop.against(work.own)
    lines = proof.judged(shop.judges, shop.used, picture, after, one.face, against)
    tried: list[JSON] = []
    for round_, left in enumerate(shop.used if in_turn(wish, shop) else (), start=1):
        tried += _without(wish, shop, picture, work, left,
                          lambda step, at=round_: told(at, step),  # type: ignore[misc]
                          opened)  # fmt: skip
    return {
        "face": one.number,
        "box": one.face.box.to_json(),
        "inner": list(inner),
        "aim": wish.aim,
        **_quality(picture.pixels, after, inner),
        "skin tone": {
            "before": rounded(skin_tone.ita(picture.pixels, one.mesh)),
            "after": rounded(skin_tone.ita(after, one.mesh)),
        },
        "seconds making": round(work.seconds, 1),
        "seconds": round(work.seconds + perf_counter() - began, 1),
        "recognisers": lines,
        "made again without one": tried,
        "warning": proof.UNPROVEN if proof.unproven([*lines, *tried]) else "",
    }


def _quality(before: Pixels, after: Pixels, inner: tuple[int, int, int, int]) -> JSON:
    return {
        "psnr": round(likeness_limits.psnr(before, after, inner), 2),
        "ssim": round(likeness_limits.ssim(before, after, inner), 4),
    }


def rounded(angle: float) -> float | None:
    """Degrees (ml.protection.skin_tone); None where no cheek is in the photo."""
    return None if isnan(angle) else round(angle, 1)


def _without(
    wish: Wish,
    shop: Workshop,
    picture: Picture,
    work: Worked,
    left: ModelCard,
    step_done: Callable[[int], None],
    opened: Opened,
) -> list[JSON]:
    """What the recogniser left out says of a file with this face alone disguised, made against the
    others; nothing where there are none that can read the face."""
    used = [card for card in shop.used if card != left and not akin(card, [left])]
    one = made(wish, shop, picture.pixels, work.chosen, work.own, used, step_done)
    if one is None:
        return []
    after = opened(one.pixels)
    judges = Judges(shop.judges.pool, (left,), shop.judges.planned)
    face, against = work.chosen.face, shop.against(work.own)
    lines = proof.judged(judges, used, picture, after, face, against, TRIED)
    quality = _quality(picture.pixels, after, work.inner)
    return [line | quality for line in lines]
