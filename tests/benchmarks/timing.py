"""Times things side by side: turn about, so that whatever else the machine does hits all alike."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from os import cpu_count
from statistics import median
from time import perf_counter


def side_by_side(
    things: Mapping[str, Callable[[], object]], rounds: int = 9, warm: int = 2
) -> dict[str, list[float]]:
    """Seconds of each call, by name; every round calls each once, the order turning round."""
    names = list(things)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number in range(warm + rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            began = perf_counter()
            things[name]()
            if number >= warm:
                seconds[name].append(perf_counter() - began)
    return seconds


def ratio(over: list[float], under: list[float]) -> float:
    """The median of the rounds' ratios."""
    return median(a / b for a, b in zip(over, under, strict=True))


def milliseconds(seconds: list[float]) -> str:
    return f"{median(seconds) * 1000:.1f} ms"


def machine() -> str:
    """Where and when this was measured."""
    today = datetime.now(UTC).date().isoformat()
    return f"{today}, {platform.machine()}, {cpu_count()} cores, Python {platform.python_version()}"
