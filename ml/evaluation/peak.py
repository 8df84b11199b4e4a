"""How much memory a stretch of work took at most."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import Self

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
HIGHEST = "VmHWM:"


class Peak:
    """megabytes: on the graphics processor where torch uses one, what it held at most; else of the
    whole process, with all models it holds; nan where the system does not tell (Linux does)."""

    megabytes: float = float("nan")

    def __enter__(self) -> Self:
        if RESET.exists():
            RESET.write_text("5")
        if (torch := sys.modules.get("torch")) is not None and torch.cuda.is_available():
            torch.cuda.reset_peak_memory_stats()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if (torch := sys.modules.get("torch")) is not None and torch.cuda.is_available():
            self.megabytes = torch.cuda.max_memory_allocated() / 2**20
        elif STATUS.exists():
            lines = STATUS.read_text().splitlines()
            line = next((one for one in lines if one.startswith(HIGHEST)), None)
            self.megabytes = float("nan") if line is None else int(line.split()[1]) / 1024
