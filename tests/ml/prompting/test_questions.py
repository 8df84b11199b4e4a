"""Measured answers are right about shared photos, as often as the documents say."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml import registry
from tests.fitting.questions import DECLINED, answered, read

FLOOR = 0.90


@pytest.mark.long
def test_nine_in_ten_answers_are_right_and_nothing_unmeasured_is_answered(shared: Path) -> None:
    registry.discover()
    found = list(answered(shared / "photos" / "faces", read()))
    given = [one.right(answer) for one, answer in found if answer.value is not None]
    assert len(found) >= 100
    assert len(given) >= 70, "it declines too much"
    assert sum(given) / len(given) >= FLOOR
    beyond = [answer for one, answer in found if one.expected == DECLINED]
    assert len(beyond) >= 30
    assert not [answer for answer in beyond if answer.value is not None]
