"""Whether a part of a photo was cut into JPEG's blocks at another place than the rest."""

from __future__ import annotations

from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import blocks, saving
from ml.authenticity.calibration import SPEAKS, Curve, overlapping, reliability
from ml.authenticity.part_grids import Shifted, looked
from ml.authenticity.saving import Saved
from ml.contracts import Output, View
from ml.registry import Commercial, Group, Model, ModelCard, Task, figures, register
from ml.types import Claim, Finding, Reading

NAME = "shifted-grid"
SHIFTED: Task[Any] = Task("shifted-grid", "Shifted JPEG grid", NoneType, group=Group.EVIDENCE)
LAYER = "Blocks of another JPEG"
TITLE, MEASURE, GROUP = "shifted JPEG grid", "part with a grid of its own", "compression"
LARGEST = 1024 * 1024  # pixels that are looked at: it costs more than other measures
NO_JPEG = "not a JPEG"
PART = "large photo: only its middle was looked at"
CURVE = Curve(
    (3.54, 3.66, 3.74, 3.81, 3.9, 4.01, 4.19, 4.88, 6.12, 6.93),
    (-0.55, -0.17, -0.17, -0.17, -0.17, -0.14, 0.08, 1.04, 2.5, 2.5),
)
MET = (
    "AUC of recompression at JPEG 75",
    "tells parts saved poorer by themselves from honest photos at JPEG 75, AUC",
)
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 1,100 files, 0 not read",
        "2026-11-29",
        "manage.py evaluate authenticity --data lfw "
        "--models jpeg-ghosts,copy-move,face-surround,shifted-grid --seed 0",
        {
            "AUC at JPEG 95": "70.7 % (65.2 to 76.0)",
            "AUC at JPEG 75": "51.0 % (45.2 to 56.8)",
            "AUC at JPEG 75, first saved poorer": "65.5 % (59.3 to 71.4)",
            "AUC of swap at JPEG 95": "56.6 % (43.1 to 70.2)",
            "AUC of splice at JPEG 95": "83.5 % (71.7 to 93.9)",
            "AUC of copy at JPEG 95": "94.7 % (88.1 to 99.9)",
            "AUC of removal at JPEG 95": "59.8 % (46.3 to 72.8)",
            "AUC of turned at JPEG 95": "64.8 % (53.6 to 75.8)",
            "AUC of smoothing at JPEG 95": "57.7 % (44.0 to 70.6)",
            "AUC of recompression at JPEG 95": "100.0 % (100.0 to 100.0)",
            "AUC of tone at JPEG 95": "48.6 % (37.2 to 60.5)",
            "AUC of swap at JPEG 75": "43.7 % (31.4 to 56.6)",
            "AUC of splice at JPEG 75": "53.2 % (40.0 to 66.1)",
            "AUC of copy at JPEG 75": "39.3 % (26.0 to 52.6)",
            "AUC of removal at JPEG 75": "49.9 % (38.0 to 61.1)",
            "AUC of turned at JPEG 75": "44.0 % (33.6 to 54.7)",
            "AUC of smoothing at JPEG 75": "38.9 % (28.2 to 49.3)",
            "AUC of recompression at JPEG 75": "96.1 % (91.3 to 99.9)",
            "AUC of tone at JPEG 75": "42.9 % (33.5 to 51.9)",
            "honest photos it speaks against": "0.7 % (0.0 to 1.7)",
        },
    ),
)


def found_in(pixels: NDArray[np.uint8], saved: Saved | None) -> Shifted | str:
    return NO_JPEG if saved is None else looked(pixels, saved.tables[0])


@register(
    ModelCard(
        name=NAME,
        title="JPEG grid of a part",
        task=SHIFTED,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=300,
        paper="Bianchi and Piva, Detection of Nonaligned Double JPEG Compression Based on Integer "
        "Periodicity Maps, 2012",
        known_limits=(
            "Sees only a part that was saved as a JPEG before, at a clearly lower quality than the "
            "file's last save, and was neither turned nor resized since; nothing where both saves "
            "were alike. Of files last saved at about 75 it claims parts compressed by themselves "
            "alone, at 95 also copied and spliced ones."
        ),
        measured=MEASURED,
    )
)
class ShiftedGrid(Model):
    """Whether a part of the photo was cut into JPEG's blocks at another place than the rest."""

    def run(self, view: View) -> Output:
        saved = saving.read(view.case.file) if view.case else None
        turned = saved.orientation if saved else 1
        stored = saving.as_stored(view.picture.pixels, turned)
        rows, columns = blocks.middle(stored.shape, LARGEST)
        part = stored[rows, columns]
        found = found_in(part, saved)
        note = PART if part.size < stored.size else ""
        if isinstance(found, str):
            why = "; ".join(filter(None, (found, note)))
            return Output(findings=(Finding(NAME, TITLE, None, Claim.EDITED, note=why),))
        weight = CURVE(found.score)
        shows = weight >= SPEAKS
        finding = Finding(
            NAME,
            TITLE,
            said(found) if shows else "no part has blocks of its own",
            Claim.EDITED,
            weight,
            reliability(MEASURED, *MET),
            layer=LAYER if shows else "",
            note=note,
            group=overlapping(weight, GROUP),
        )
        reading = Reading(NAME, MEASURE, round(found.score, 3))
        if not shows:
            return Output(findings=(finding,), readings=(reading,))
        warmth = blocks.placed(found.map, rows, columns, stored.shape)
        mark = blocks.heat(NAME, LAYER, warmth, view.picture, turned, on=True)
        return Output(findings=(finding,), marks=(mark,), readings=(reading,))


def said(found: Shifted) -> str:
    down, across = found.place
    return (
        f"the blocks of a part begin {across} pixels to the right of the photo's own and {down} "
        f"below, as after a save of about quality {found.quality}"
    )
