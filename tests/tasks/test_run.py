"""Tests run in no more processes than there are cores."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace

import pytest

from tests import run


@pytest.mark.parametrize(
    ("cores", "told"),
    [(1, ["1", "1"]), (2, ["2", "2"]), (8, ["4", "2"])],
)
def test_each_part_takes_no_more_processes_than_cores(
    monkeypatch: pytest.MonkeyPatch, cores: int, told: list[str]
) -> None:
    """told: processes of both parts."""
    asked = []

    def begun(command: tuple[str, ...], env: dict[str, str]) -> SimpleNamespace:
        asked.append(command[command.index("-n") + 1])
        return SimpleNamespace(returncode=len(asked) - 1)

    monkeypatch.setattr(run, "cores", lambda: cores)
    monkeypatch.setattr(subprocess, "run", begun)
    assert run.main() == 1, "what failed in any part is told"
    assert asked == told
