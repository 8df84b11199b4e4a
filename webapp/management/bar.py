"""A progress bar of bytes: one line redrawn on a terminal, a line a step anywhere else."""

from __future__ import annotations

import shutil
from time import monotonic
from types import TracebackType
from typing import Self

from django.core.management.base import OutputWrapper

from webapp.sizes import megabytes

WIDTH = 24


class Bar:
    """An ml.progress.Progress that hears bytes."""

    def __init__(self, out: OutputWrapper, redraw: bool) -> None:
        self._out = out
        self._redraw = redraw
        self._began = monotonic()
        self._message = ""
        self._drawn = False

    def __call__(self, done: int, total: int, message: str = "") -> None:
        if self._redraw:
            self._draw(done, total, message)
        elif message and message != self._message:
            self._message = message
            self._out.write(f"{megabytes(done)} of {megabytes(total)}: {message}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._drawn:
            self._out.write("")

    def _draw(self, done: int, total: int, message: str) -> None:
        full = WIDTH * done // total if total else 0
        speed = done / max(monotonic() - self._began, 0.5)
        line = (
            f"[{'#' * full}{'.' * (WIDTH - full)}] {megabytes(done)} of {megabytes(total)}"
            f"  {megabytes(int(speed))}/s  {message}"
        )
        width = shutil.get_terminal_size().columns - 1
        self._out.write("\r" + line[:width].ljust(width), ending="")
        self._out.flush()
        self._drawn = True
