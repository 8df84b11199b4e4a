"""Tells how a file was last saved as a JPEG: quality, and whose quantisation tables."""

from __future__ import annotations

from types import NoneType
from typing import Any

from ml.authenticity import saving
from ml.contracts import Output, View
from ml.registry import Commercial, Group, Model, ModelCard, Task, register
from ml.types import Claim, Finding, Reading

NAME = "jpeg-tables"
TABLES: Task[Any] = Task("jpeg-tables", "Last save", NoneType, group=Group.EVIDENCE)
TITLE = "last save"
NO_FILE, NO_JPEG = "the file itself was not shown", "not a JPEG"


@register(
    ModelCard(
        name=NAME,
        title="Quantisation tables",
        task=TABLES,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        paper="Kornblum, Using JPEG quantization tables to identify imagery processed by software, "
        "2008",
        known_limits=(
            "Says which kind of program saved the file last, not what it did before: honest photos "
            "are saved by the same programs, so this weighs nothing by itself."
        ),
    )
)
class JpegTables(Model):
    """The last save's quality by libjpeg's measure, its subsampling, and whether the tables are
    libjpeg's, as most programs write, or a camera's or editor's own."""

    def run(self, view: View) -> Output:
        saved = saving.read(view.case.file) if view.case else None
        if saved is None:
            note = NO_JPEG if view.case else NO_FILE
            return Output(findings=(Finding(NAME, TITLE, None, Claim.EDITED, note=note),))
        whose = (
            "the tables most programs write"
            if saved.is_standard
            else "tables of its own, as cameras and some editors write"
        )
        colours = f", colours {saved.subsampling}" if saved.subsampling else ""
        value = f"JPEG of about quality {saved.quality}{colours}, with {whose}"
        finding = Finding(NAME, TITLE, value, Claim.EDITED, reliability="no evidence either way")
        reading = Reading(NAME, "quality of the last save", float(saved.quality))
        return Output(findings=(finding,), readings=(reading,))
