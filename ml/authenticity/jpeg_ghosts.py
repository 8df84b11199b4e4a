"""Finds parts of a photo that lack the trace an earlier, poorer JPEG left on the rest."""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import blocks, saving
from ml.authenticity.blocks import Floats, Window
from ml.authenticity.calibration import SPEAKS, Curve, overlapping, reliability
from ml.authenticity.saving import Saved
from ml.contracts import Output, View
from ml.registry import Commercial, Group, Model, ModelCard, Task, figures, register
from ml.types import Claim, Finding, Reading

NAME = "jpeg-ghosts"
GHOSTS: Task[Any] = Task("jpeg-ghosts", "Earlier JPEG", NoneType, group=Group.EVIDENCE)
LAYER = "Without the earlier JPEG's trace"
LOWEST, HIGHEST, NEARER = 30, 96, 4  # qualities looked for; so far below that of the last save
LOOKED_AT = 400  # blocks that tell whether there was an earlier save
LIVELY = 1.0  # logarithm of the energy from which a block's rounding can be seen
TRACE = 0.3  # how much nearer the earlier table's grid the median block must be
CLEAR = 1.0  # and from which the quality can be told: nearer the last save's it is off by ten
AROUND = (-9, -6, 6, 9)  # qualities that show what a block's error is without a trace
FLOOR = 0.02  # squared grey levels of rounding
MOST = 3.0  # no block says more, in natural logarithms
NO_TRACE = "no trace of an earlier, poorer JPEG"
TOO_SMALL = "photo too small"
TITLE, GROUP, MEASURE = "earlier JPEG", "compression", "trace missing in a part"
CURVE = Curve((0.38, 0.79, 1.3, 1.89), (-0.69, -0.6, 1.04, 2.86))
PART = "large photo: only its middle was looked at"
# Edits whose lower end was .60 or less in files saved below WELL_SAVED (docs/authenticity.md).
MISSES = (
    "in files saved below quality 90 it is not known to see faces swapped, or parts copied, "
    "spliced in, taken away or toned, so that finding nothing says nothing"
)
WELL_SAVED = 90  # quality of the last save from which the figure for JPEG 95 is the nearer one
MET = ("AUC at JPEG 95", "tells edited photos from honest ones saved at JPEG 95, AUC")
MET_POORLY = (
    "AUC at JPEG 75, first saved poorer",
    "tells edited photos from honest ones saved at JPEG 75 after a poorer save, AUC",
)
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 1,100 files, 680 not read",
        "2026-11-29",
        "manage.py evaluate authenticity --data lfw "
        "--models jpeg-ghosts,copy-move,face-surround,shifted-grid --seed 0",
        {
            "AUC at JPEG 95": "99.4 % (98.5 to 100.0)",
            "AUC at JPEG 75": "50.0 % (50.0 to 50.0)",
            "AUC at JPEG 75, first saved poorer": "68.9 % (64.2 to 73.6)",
            "AUC of swap at JPEG 95": "100.0 % (100.0 to 100.0)",
            "AUC of splice at JPEG 95": "100.0 % (100.0 to 100.0)",
            "AUC of copy at JPEG 95": "100.0 % (100.0 to 100.0)",
            "AUC of removal at JPEG 95": "100.0 % (100.0 to 100.0)",
            "AUC of turned at JPEG 95": "100.0 % (100.0 to 100.0)",
            "AUC of smoothing at JPEG 95": "100.0 % (100.0 to 100.0)",
            "AUC of recompression at JPEG 95": "100.0 % (100.0 to 100.0)",
            "AUC of tone at JPEG 95": "95.6 % (88.2 to 100.0)",
            "AUC of swap at JPEG 75": "50.0 % (50.0 to 50.0)",
            "AUC of splice at JPEG 75": "50.0 % (50.0 to 50.0)",
            "AUC of copy at JPEG 75": "50.0 % (50.0 to 50.0)",
            "AUC of removal at JPEG 75": "50.0 % (50.0 to 50.0)",
            "AUC of turned at JPEG 75": "50.0 % (50.0 to 50.0)",
            "AUC of smoothing at JPEG 75": "50.0 % (50.0 to 50.0)",
            "AUC of recompression at JPEG 75": "50.0 % (50.0 to 50.0)",
            "AUC of tone at JPEG 75": "50.0 % (50.0 to 50.0)",
            "honest photos it speaks against": "0.3 % (0.0 to 1.0)",
        },
    ),
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A save before the last one. quality: of libjpeg's tables the nearest. trace: how far the
    median block is nearer that table's grid than a photo without such a past is, in logarithms."""

    quality: int
    trace: float


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One cutting into blocks. coefficients: n x m x 8 x 8. where: blocks that can be read."""

    coefficients: Floats
    where: blocks.Flags


def looked(pixels: NDArray[np.uint8], saved: Saved | None) -> tuple[Earlier, Window] | str:
    """The earlier save, and where it left no trace; or why that cannot be told.

    pixels: as the file stores them. The ghosts of Farid (Exposing Digital Forgeries from JPEG
    Ghosts, 2009), read block by block as a likelihood ratio of two fits: what a block's distance
    to the earlier grid usually is on this photo, and what it is on the same photo cut into blocks
    off the grid and saved once, where the earlier save cannot be seen.
    """
    light = blocks.luminance(pixels)
    as_it_is = Side(blocks.transformed(light), blocks.usable(light))
    apart = light[4:, 4:]
    off = Side(last_save(blocks.transformed(apart), saved), blocks.usable(apart))
    if min(as_it_is.where.sum(), off.where.sum()) < blocks.FEWEST:
        return TOO_SMALL
    found = earlier(as_it_is, off, HIGHEST if saved is None else saved.quality - NEARER)
    if found is None or found.trace < TRACE:
        return NO_TRACE
    return found, blocks.sticking_out(traceless(as_it_is, off, found.quality), as_it_is.where)


def last_save(coefficients: Floats, saved: Saved | None) -> Floats:
    """The coefficients as the file's own table would leave them."""
    if saved is None:
        return coefficients
    return np.asarray(np.round(coefficients / saved.tables[0]) * saved.tables[0])


def earlier(as_it_is: Side, off: Side, highest: int) -> Earlier | None:
    """The quality whose grid the photo is nearer to than it should be; None where too little of
    it can be read."""
    one, other = lively(as_it_is), lively(off)
    if min(len(one), len(other)) < blocks.FEWEST // 2 or highest <= LOWEST:
        return None
    qualities = range(LOWEST, highest + 1)
    nearer = np.array(
        [np.median(error(other, q)) - np.median(error(one, q)) for q in qualities], np.float64
    )
    best = int(nearer.argmax())
    return Earlier(qualities[best], float(nearer[best] - np.median(nearer)))


def lively(side: Side) -> Floats:
    """N x 8 x 8: some blocks, from all over the photo, in which something is to be seen."""
    there = side.where & (blocks.energies(side.coefficients, 1, 4) > LIVELY)
    found = side.coefficients[there]
    return found[:: -(-len(found) // LOOKED_AT) or 1]


def error(coefficients: Floats, quality: int) -> Floats:
    """Logarithm of the mean squared distance of blocks to a table's grid."""
    table = saving.standard(quality)
    left = coefficients - np.round(coefficients / table) * table
    return np.asarray(np.log((left**2).mean((-2, -1)) + FLOOR))


def traceless(as_it_is: Side, off: Side, quality: int) -> Floats:
    """n x m: how much likelier a block is without the earlier save's trace than with it, in
    natural logarithms."""
    usual = [
        blocks.fitted(error(side.coefficients, quality)[side.where], by(side, quality)[side.where])
        for side in (as_it_is, off)
    ]
    values, alike = error(as_it_is.coefficients, quality), by(as_it_is, quality)
    likely = [
        -2 * np.log1p(blocks.beyond(values, alike, fit) ** 2 / 3) - np.log(fit[1]) for fit in usual
    ]
    return np.asarray((likely[1] - likely[0]).clip(-MOST, MOST) * as_it_is.where)


def by(side: Side, quality: int) -> Floats:
    """n x m x 4: what a block's error depends on, save for the trace."""
    bands = [blocks.energies(side.coefficients, *band) for band in ((1, 2), (3, 5), (6, 14))]
    near = [error(side.coefficients, min(quality + step, 97)) for step in AROUND]
    return np.stack([*bands, np.mean(near, 0)], -1)


def known(saved: Saved | None) -> tuple[str, str]:
    """The figure that tells how reliable a finding is on a file saved so, and its words. None, of
    what is no JPEG: it was not saved poorly."""
    return MET if saved is None or saved.quality >= WELL_SAVED else MET_POORLY


@register(
    ModelCard(
        name=NAME,
        title="Traces of an earlier JPEG",
        task=GHOSTS,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=560,
        paper="Farid, Exposing Digital Forgeries from JPEG Ghosts, 2009",
        known_limits=(
            "Speaks only where a photo was saved as a JPEG before, at a lower quality than now, "
            "and neither cropped nor resized as a whole since; an edit made before that earlier "
            "save bears its trace like the rest and is not seen. Of files last saved below quality "
            "90 it claims faces smoothed and parts turned or compressed by themselves, not faces "
            "swapped, nor parts copied, spliced in, taken away or toned."
        ),
        measured=MEASURED,
    )
)
class JpegGhosts(Model):
    """Whether all of the photo went through the same earlier save."""

    def run(self, view: View) -> Output:
        saved = saving.read(view.case.file) if view.case else None
        turned = saved.orientation if saved else 1
        stored = saving.as_stored(view.picture.pixels, turned)
        rows, columns = blocks.middle(stored.shape)
        part = stored[rows, columns]
        found = looked(part, saved)
        note = PART if part.size < stored.size else ""
        if isinstance(found, str):
            why = "; ".join(filter(None, (found, note)))
            return Output(findings=(Finding(NAME, TITLE, None, Claim.EDITED, note=why),))
        past, window = found
        told = CURVE(window.score)
        shows = told >= SPEAKS
        said = "a part lacks" if shows else "the whole photo bears"
        weight: float | None = told
        if not shows and known(saved) == MET_POORLY:
            weight, note = None, "; ".join(filter(None, (note, MISSES)))
        named = f" of about quality {past.quality}" if past.trace > CLEAR else ""
        finding = Finding(
            NAME,
            TITLE,
            f"{said} the trace of an earlier JPEG{named}",
            Claim.EDITED,
            weight,
            reliability(MEASURED, *known(saved)),
            layer=LAYER,
            note=note,
            group=overlapping(told, GROUP),
        )
        warmth = blocks.placed(window.map / MOST, rows, columns, stored.shape)
        mark = blocks.heat(NAME, LAYER, warmth, view.picture, turned, on=shows)
        reading = Reading(NAME, MEASURE, round(window.score, 3))
        return Output(findings=(finding,), marks=(mark,), readings=(reading,))
