"""A file of tests that leaves something of ours otherwise is told by its name."""

from __future__ import annotations

import pytest

from tasks.jobs import Line
from tests.left_as_found import changed, values


def test_what_is_another_or_gone_is_named_until_it_is_put_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = values()
    monkeypatch.setattr("tasks.jobs.EVERY", 0.0)
    monkeypatch.setattr(Line, "progress", lambda self, done, total, message="": None)
    monkeypatch.delattr("tasks.jobs.BUG")
    told = ["tasks.jobs.BUG", "tasks.jobs.EVERY", "tasks.jobs.Line.progress"]
    assert changed(before, values()) == told
    monkeypatch.undo()
    assert changed(before, values()) == []
