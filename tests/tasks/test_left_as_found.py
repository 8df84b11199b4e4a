"""A file of tests that leaves something of ours otherwise is told by its name."""

from __future__ import annotations

from functools import cache, cached_property

import pytest

from tasks import process
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


class Kinds:
    """What a class may hold besides plain functions."""

    def plain(self) -> int:
        return 0

    @staticmethod
    def static() -> int:
        return 0

    @classmethod
    def of_class(cls) -> int:
        return 0

    @property
    def told(self) -> int:
        return 0

    @cached_property
    def kept(self) -> int:
        return 0


def test_no_kind_of_function_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = ["kept", "of_class", "plain", "static", "told"]
    monkeypatch.setattr(Kinds, "__module__", process.__name__)
    monkeypatch.setattr(process, "Kinds", Kinds, raising=False)
    before = values()
    monkeypatch.setattr(process, "pool", cache(lambda: None))
    for name in kinds:
        monkeypatch.setattr(Kinds, name, lambda self: 1)
    told = [*(f"tasks.process.Kinds.{name}" for name in kinds), "tasks.process.pool"]
    assert changed(before, values()) == told
    monkeypatch.undo()
    monkeypatch.setattr(Kinds, "__module__", process.__name__)
    monkeypatch.setattr(process, "Kinds", Kinds, raising=False)
    assert changed(before, values()) == []
