"""Draws figures as SVG: lines, bars and grids of numbers, nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, isfinite, log10

XY = tuple[float, float]
WIDE, HIGH = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 40, 56
COLOURS = ("#0f6f68", "#b4551d", "#4a5fb0", "#8a3f7a", "#5c5c5c", "#857000")
INK, FAINT = "#1a1a1a", "#d6d6d6"


@dataclass(frozen=True, slots=True)
class Lines:
    """Curves by name. log_x: the x axis is logarithmic (values above 0)."""

    name: str
    title: str
    x_title: str
    y_title: str
    curves: Mapping[str, Sequence[XY]]
    log_x: bool = False
    y_range: XY | None = None

    def svg(self) -> str:
        dots = [dot for curve in self.curves.values() for dot in curve]
        xs = [self._x(x) for x, _ in dots] or [0.0, 1.0]
        ys = self.y_range or (min(y for _, y in dots), max(y for _, y in dots))
        frame = Frame((min(xs), max(xs)), ys)
        parts = [*frame.rules(self.log_x), *titles(self.title, self.x_title, self.y_title)]
        for number, (name, curve) in enumerate(self.curves.items()):
            colour = COLOURS[number % len(COLOURS)]
            path = " ".join("{:.1f},{:.1f}".format(*frame.at(self._x(x), y)) for x, y in curve)
            parts.append(
                f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
            )
            at = HIGH - BOTTOM - 8 - 16 * number
            parts.append(text(WIDE - RIGHT - 8, at, name, colour, "end"))
        return page(parts, WIDE, HIGH)

    def _x(self, x: float) -> float:
        return log10(x) if self.log_x else x


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar a label, with its 95 % interval as a whisker."""

    name: str
    title: str
    y_title: str
    bars: Mapping[str, tuple[float, float, float]]  # label -> value, low, high

    def svg(self) -> str:
        known = {label: bar for label, bar in self.bars.items() if all(map(isfinite, bar))}
        most = max([high for _, _, high in known.values()], default=0.0) or 1.0
        frame = Frame((0.0, float(max(len(known), 1))), (0.0, most))
        parts = [*frame.rules(x_axis=False), *titles(self.title, "", self.y_title)]
        for number, (label, (value, low, high)) in enumerate(known.items()):
            x, y = frame.at(number + 0.15, value)
            right, base = frame.at(number + 0.85, 0)
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{right - x:.1f}" height="{base - y:.1f}" '
                f'fill="{COLOURS[0]}"/>'
            )
            middle = (x + right) / 2
            (_, top), (_, foot) = frame.at(0, high), frame.at(0, low)
            parts.append(
                f'<path d="M{middle:.1f} {top:.1f}V{foot:.1f}" stroke="{INK}" stroke-width="2"/>'
            )
            parts.append(text(middle, HIGH - BOTTOM + 18, label, INK, "middle"))
        return page(parts, WIDE, HIGH)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of numbers, darker where there are more of the row."""

    name: str
    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[float]]

    @property
    def lines(self) -> list[tuple[str, Sequence[float]]]:
        """Each row's name with its numbers."""
        return list(zip(self.rows, self.values, strict=True))

    def svg(self) -> str:
        side, left, top = 64, 112, 64
        parts = [text(16, 24, self.title, INK, size=16)]
        for number, column in enumerate(self.columns):
            parts.append(text(left + side * (number + 0.5), top - 8, column, INK, "middle", 11))
        for line, (label, values) in enumerate(self.lines):
            parts.append(text(left - 8, top + side * (line + 0.55), label, INK, "end"))
            total = sum(values) or 1.0
            for place, value in enumerate(values):
                share, x, y = value / total, left + side * place, top + side * line
                parts.append(
                    f'<rect x="{x}" y="{y}" width="{side - 2}" height="{side - 2}" '
                    f'fill="{COLOURS[0]}" fill-opacity="{0.06 + 0.94 * share:.2f}"/>'
                )
                ink = "#fff" if share > 0.6 else INK
                parts.append(
                    text(x + side / 2, y + side * 0.55, f"{100 * share:.0f} %", ink, "middle")
                )
        wide = max(left + side * len(self.columns) + 16, 420)
        return page(parts, wide, top + side * len(self.rows) + 16)


Plot = Lines | Bars | Grid


class Frame:
    """Where values lie on the sheet."""

    def __init__(self, xs: XY, ys: XY) -> None:
        self.x0, self.y0 = xs[0], ys[0]
        self.across = (WIDE - LEFT - RIGHT) / ((xs[1] - xs[0]) or 1.0)
        self.up = (HIGH - TOP - BOTTOM) / ((ys[1] - ys[0]) or 1.0)
        self.ends = (xs, ys)

    def at(self, x: float, y: float) -> XY:
        return LEFT + (x - self.x0) * self.across, HIGH - BOTTOM - (y - self.y0) * self.up

    def rules(self, log_x: bool = False, *, x_axis: bool = True) -> list[str]:
        """Five lines across with their values, and values along the foot: five, or powers of 10."""
        (x0, x1), (y0, y1) = self.ends
        feet = [x0 + (x1 - x0) * step / 4 for step in range(5)]
        if log_x:
            feet = [float(power) for power in range(ceil(x0), floor(x1) + 1)]
        parts = [
            text(self.at(x, y0)[0], HIGH - BOTTOM + 18, _tick(x, log_x), INK, "middle")
            for x in feet
            if x_axis
        ]
        for step in range(5):
            value = y0 + (y1 - y0) * step / 4
            _, y = self.at(x0, value)
            parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDE - RIGHT}" stroke="{FAINT}"/>')
            parts.append(text(LEFT - 8, y + 4, f"{value:.4g}", INK, "end"))
        return parts


def _tick(x: float, log_x: bool) -> str:
    return f"1e{x:.0f}" if log_x else f"{x:.3g}"


def titles(title: str, x_title: str, y_title: str) -> list[str]:
    return [
        text(LEFT, 24, title, INK, size=16),
        text((LEFT + WIDE - RIGHT) / 2, HIGH - 12, x_title, INK, "middle"),
        f'<g transform="translate(16 {HIGH / 2}) rotate(-90)">{text(0, 0, y_title, INK, "middle")}'
        "</g>",
    ]


def text(x: float, y: float, words: str, colour: str, anchor: str = "start", size: int = 12) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-size="{size}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )


def page(parts: Sequence[str], wide: float, high: float) -> str:
    inside = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" '
        f'height="{high:g}" font-family="system-ui, sans-serif">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{inside}\n</svg>\n'
    )
