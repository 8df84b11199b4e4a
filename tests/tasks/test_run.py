"""Whatever runs tests beside one another shares the cores out among its processes."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace

import pytest

from tests import run


@pytest.mark.parametrize(
    ("cores", "told"),
    [(1, [("1", "1"), ("1", "1")]), (2, [("2", "1"), ("2", "1")]), (8, [("4", "2"), ("2", "4")])],
)
def test_each_part_takes_all_cores_and_no_more(
    monkeypatch: pytest.MonkeyPatch, cores: int, told: list[tuple[str, str]]
) -> None:
    """told: processes, and threads in each, of both parts."""
    asked = []

    def begun(command: tuple[str, ...], env: dict[str, str]) -> SimpleNamespace:
        asked.append((command[command.index("-n") + 1], env["OMP_NUM_THREADS"]))
        return SimpleNamespace(returncode=len(asked) - 1)

    monkeypatch.setattr(run, "cores", lambda: cores)
    monkeypatch.setattr(subprocess, "run", begun)
    assert run.main() == 1, "what failed in any part is told"
    assert asked == told
