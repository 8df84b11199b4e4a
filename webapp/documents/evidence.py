"""The report on whether a photo is genuine, as values for JSON and as a PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from ml.types import JSON, Reading
from webapp.pages.wording import reading_words
from webapp.selectors.evidence import Entry, Ledger, Line
from webapp.selectors.results import Group

VERSION = 1
PHOTO = {
    "name": "File",
    "sha256": "SHA-256",
    "media_type": "Format",
    "width": "Pixels across",
    "height": "Pixels down",
    "added": "Added here",
}
# By name: whether bold, points high, and points of room above.
STYLES = {
    "title": (True, 18, 0),
    "heading": (True, 12, 12),
    "body": (False, 9.5, 2),
    "small": (False, 8, 0),
}
LONGEST = 600  # characters of a cell: rows of a table are not split over pages
CUT_OFF = "\N{HORIZONTAL ELLIPSIS} (whole in evidence.json)"
NOT_A_VERDICT = (
    "This is evidence, not a verdict. Each finding tells how much likelier it is where the claim "
    "holds than where it does not; findings that look at different things are joined, what could "
    "not be looked at counts neither way, and how likely the claim was before must come from "
    "elsewhere. The chance given is that of somebody who thought it as likely as not before."
)


def entry_json(entry: Entry) -> JSON:
    """What all findings say of one claim. weight: natural logarithm of a likelihood ratio."""
    return {
        "claim": entry.claim.value,
        "question": entry.question,
        "face": None if entry.face is None else str(entry.face.id),
        "weight": entry.weight,
        "words": entry.words,
        "probability": entry.probability,
        "readings": [one.to_json() for one in _readings(entry.said)],
        "counted": [_line(line) for line in entry.counted],
        "silent": [_line(line) for line in entry.silent],
    }


def report_json(ledger: Ledger, made: datetime, name: str) -> JSON:
    """The whole report. name: of who had it made."""
    photo = ledger.photo
    return {
        "version": VERSION,
        "what": "Prosopa: evidence on whether a photo is genuine",
        "made": made.isoformat(),
        "made_for": name,
        "note": NOT_A_VERDICT,
        "photo": {
            "name": photo.name,
            "sha256": photo.sha256,
            "media_type": photo.media_type,
            "width": photo.width,
            "height": photo.height,
            "added": photo.created.isoformat(),
        },
        "claims": [entry_json(entry) for entry in ledger.entries],
        "file": [one.to_json() for one in _readings(ledger.file)],
        "models": [
            {
                "model": run.model,
                "title": run.title,
                "digest": run.digest,
                "recipe": run.recipe,
                "limits": run.known_limits,
            }
            for run in ledger.runs
        ],
    }


def _readings(groups: Iterable[Group]) -> Iterator[Reading]:
    return (one for group in groups for one in group.readings)


def _line(line: Line) -> JSON:
    data = line.finding.to_json()
    for left_out in ("face", "layer"):
        del data[left_out]
    return data | {"words": line.words}


def report_pdf(ledger: Ledger, about: JSON, picture: bytes) -> bytes:
    """The report on A4 pages. about: of `report_json`. picture: the photo as JPEG bytes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=f"Evidence on {printable(ledger.photo.name)}",
        author="Prosopa",
        lang="en-GB",
    )
    document.build(list(_story(ledger, about, picture)))
    return out.getvalue()


def _story(ledger: Ledger, about: JSON, picture: bytes) -> Iterator[Any]:
    """The document's parts, in order."""
    from reportlab.platypus import Spacer

    yield _text("Is this photo genuine?", "title")
    yield _text(f"Evidence found by Prosopa, {about['made'][:16].replace('T', ' ')} UTC", "small")
    yield Spacer(1, 8)
    yield _picture(picture)
    yield Spacer(1, 8)
    yield _table([(word, str(about["photo"][key])) for key, word in PHOTO.items()], (32, 138))
    yield Spacer(1, 8)
    yield _text(NOT_A_VERDICT, "small")
    for entry in ledger.entries:
        yield from _entry(entry)
    if ledger.file:
        yield _text("What the file says of itself", "heading")
        said = [(one.name, reading_words(one)) for one in _readings(ledger.file)]
        yield _table(said, (52, 118))
    yield _text("Who looked, and how far to trust it", "heading")
    yield _table([(run.title, run.known_limits) for run in ledger.runs], (52, 118))
    yield Spacer(1, 8)
    yield _text(
        "The same as data is attached to this file (evidence.json). The signature covers both; it "
        "was made by this installation, whose certificate an administrator can hand on.",
        "small",
    )


def _entry(entry: Entry) -> Iterator[Any]:
    who = "" if entry.face is None else f" ({entry.face.name or f'face {entry.face.number}'})"
    yield _text(entry.question + who, "heading")
    yield _text(summary(entry), "body")
    if entry.said:
        yield _table([(one.name, reading_words(one)) for one in _readings(entry.said)], (66, 104))
    said = [
        (line.words, line.finding.name, said_of(line), line.finding.reliability)
        for line in (*entry.counted, *entry.silent)
    ]
    yield _table(said, (30, 36, 62, 42))


def summary(entry: Entry) -> str:
    """How strongly all of it speaks, in a sentence."""
    if entry.probability is None:
        return "Nothing that was found speaks for or against it."
    towards = f"All that counts together speaks {entry.words}"
    if entry.words.startswith("neither"):
        towards = "All that counts together speaks neither for nor against it"
    elif not entry.words.endswith(("for", "against")):
        towards += " of it"
    else:
        towards += " it"
    return (
        f"{towards}: who thought it as likely as not should now think it "
        f"{100 * entry.probability:.0f}\N{NO-BREAK SPACE}% likely."
    )


def said_of(line: Line) -> str:
    """What was found, with what is to be known of it, or why nothing could be."""
    value, note = line.finding.value, line.finding.note
    if value is None:
        return f"not measured: {note}"
    return f"{value} ({note})" if note else value


def _picture(content: bytes) -> Any:
    """The photo as it was shown, no wider than half a page; put in as it is, not decoded here."""
    from reportlab.lib.units import mm
    from reportlab.platypus import Image

    return Image(BytesIO(content), 85 * mm, 85 * mm, kind="proportional", hAlign="LEFT")


def _table(rows: Sequence[tuple[str, ...]], widths: tuple[int, ...]) -> Any:
    """Rows of text, no cell longer than a page takes; widths in millimetres."""
    from reportlab.lib import colors
    from reportlab.lib.units import mm
    from reportlab.platypus import Table

    cells = [[_text(_short(cell), "small") for cell in row] for row in rows]
    cells = cells or [[""] * len(widths)]
    line = ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.HexColor("#d0d0d0"))
    style = [("VALIGN", (0, 0), (-1, -1), "TOP"), line, ("LEFTPADDING", (0, 0), (0, -1), 0)]
    return Table(cells, [width * mm for width in widths], style=style, hAlign="LEFT")


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else words[:LONGEST].rstrip() + CUT_OFF


def _text(words: str, style: str) -> Any:
    """A paragraph in a style of STYLES."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    bold, size, before = STYLES[style]
    look = ParagraphStyle(
        style, fontName=_font(bold=bold), fontSize=size, leading=1.35 * size, spaceBefore=before,
        spaceAfter=3, keepWithNext=bold,
    )  # fmt: skip
    return Paragraph(escape(printable(words)), look)


def _font(*, bold: bool) -> str:
    """A font that comes with the library and is put into the document, so that every reader
    shows the same."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    name = "VeraBd" if bold else "Vera"
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    return name


def printable(words: str) -> str:
    """The words as the font can print them: what it lacks is shown as a box, and is whole in the
    attached data."""
    from reportlab.pdfbase import pdfmetrics

    known = pdfmetrics.getFont(_font(bold=False)).face.charToGlyph
    return "".join(one if ord(one) in known else "\N{WHITE SQUARE}" for one in words)
