"""The proof of how far a disguise goes, as a PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from ml import pipelines
from webapp.documents.paper import built, picture, table, text
from webapp.pages.files import said
from webapp.selectors.proofs import Cell, Comparison, Judge, Proof, Sheet

WAY, ALL_JUDGES = 32, 138  # millimetres of a table's first column, and of the others together
HOW_TO_READ = (
    "A recogniser measures how far apart two faces are; below its threshold it takes them for one "
    "person. One that took part in making the disguise proves little. One that was held out tells "
    "how far the disguise reaches: other recognisers, and later ones, may still know the face."
)


def proof_pdf(proof: Proof, sides: bytes, made: datetime) -> bytes:
    """The proof on A4 pages. sides: a JPEG of the faces before and after, b"" for none."""
    return built("Proof of a disguise", _story(proof, sides, made))


def _story(proof: Proof, sides: bytes, made: datetime) -> Iterator[Any]:
    title = pipelines.get(proof.kind).title
    yield text(title, "title")
    yield text(f"Measured by Prosopa; written {made:%Y-%m-%d %H:%M} UTC", "small")
    if sides:
        yield picture(sides)
        yield text("Before, after, and what was changed.", "small")
    facts = (f"{name}: {said(value)}" for name, value in proof.facts.items())
    yield text("; ".join(facts), "body")
    yield text(proof.kept, "small")
    yield text(HOW_TO_READ, "small")
    for sheet in proof.sheets:
        yield from _sheet(sheet)
    yield text("The same as data is attached to this file (proof.json).", "small")


def _sheet(sheet: Sheet) -> Iterator[Any]:
    yield text(f"Face {sheet.number}: {sheet.aim}", "heading")
    if sheet.warning:
        yield text(sheet.warning, "title")
    yield text(
        f"Around the face, PSNR {sheet.psnr:.1f} dB and SSIM {sheet.ssim:.3f}; made and "
        f"proven in {sheet.seconds:.0f} s.",
        "body",
    )
    for one in sheet.comparisons:
        yield text(f"Compared with {one.against}", "body")
        yield _table(sheet.judges, one)


def _table(judges: Sequence[Judge], one: Comparison) -> Any:
    head = ("", *(judge_words(judge) for judge in judges))
    rows = [(way, *(cell_words(cell) for cell in cells)) for way, cells in one.rows]
    return table([head, *rows], (WAY, *(ALL_JUDGES // len(judges) for _ in judges)))


def judge_words(judge: Judge) -> str:
    again = ", made anew without it" if judge.again else ""
    limit = "" if judge.threshold is None else f"; a match below {judge.threshold:.2f}"
    return f"{judge.title} ({judge.role}{again}{limit})"


def cell_words(cell: Cell | None) -> str:
    """What the recogniser says now, and said before."""
    if cell is None:
        return "not tried"
    after, before = cell.after, cell.before
    if after.distance is None or before.distance is None:
        return "not measured"
    return f"{after.words} ({after.distance:.2f}); before: {before.words} ({before.distance:.2f})"
