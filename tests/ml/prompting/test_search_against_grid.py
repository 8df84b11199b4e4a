"""The search finds more, and sooner, than the same glimpses on a grid."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.evaluation.readers.samples import REPORTED
from ml.pool import Pool
from ml.weights import Weights
from tests.conftest import SHARED
from tests.fitting.search_pictures import composed
from tests.fitting.searching import AFTER, SHARE, scanned, searched

COUNT = 15  # pictures of each kind


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["sign", "face"])
def test_more_is_found_with_fewer_glimpses_than_on_a_grid(kind: str, weights_folder: Path) -> None:
    pool = Pool(Weights(weights_folder))
    ours: list[int | None] = []
    grid: list[int | None] = []
    for one in composed(SHARED, COUNT, kind, REPORTED):
        found, seen, _ = searched(pool, one)
        assert seen <= SHARE
        ours.append(found)
        grid.append(scanned(pool, one, shuffled=True))
    for most in AFTER:
        assert within(ours, most) >= within(grid, most)
    assert within(ours, AFTER[-1]) > within(grid, AFTER[-1])


def within(counts: list[int | None], most: int) -> int:
    """How many were found after so many glimpses."""
    return sum(one is not None and one <= most for one in counts)
