"""A4 pages: text in a few styles, tables, a picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

# By name: whether bold, points high, and points of room above.
STYLES = {
    "title": (True, 18, 0),
    "heading": (True, 12, 12),
    "body": (False, 9.5, 2),
    "small": (False, 8, 0),
}
LONGEST = 600  # characters of a cell: rows of a table are not split over pages
CUT_OFF = "\N{HORIZONTAL ELLIPSIS} (whole in the attached data)"


def built(title: str, story: Iterable[Any]) -> bytes:
    """A PDF of the parts, in order."""
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
        title=title,
        author="Prosopa",
        lang="en-GB",
    )
    document.build(list(story))
    return out.getvalue()


def picture(content: bytes) -> Any:
    """The photo as it was shown, no wider than half a page; put in as it is, not decoded here."""
    from reportlab.lib.units import mm
    from reportlab.platypus import Image

    return Image(BytesIO(content), 85 * mm, 85 * mm, kind="proportional", hAlign="LEFT")


def table(rows: Sequence[tuple[str, ...]], widths: tuple[int, ...]) -> Any:
    """Rows of text, no cell longer than a page takes; widths in millimetres."""
    from reportlab.lib import colors
    from reportlab.lib.units import mm
    from reportlab.platypus import Table

    cells = [[text(_short(cell), "small") for cell in row] for row in rows]
    cells = cells or [[""] * len(widths)]
    line = ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.HexColor("#d0d0d0"))
    style = [("VALIGN", (0, 0), (-1, -1), "TOP"), line, ("LEFTPADDING", (0, 0), (0, -1), 0)]
    return Table(cells, [width * mm for width in widths], style=style, hAlign="LEFT")


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else words[:LONGEST].rstrip() + CUT_OFF


def text(words: str, style: str) -> Any:
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
