"""Photos that were taken one after the other are not far from each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ml.geolocation.album import Moment, chain, smoothed
from ml.geolocation.clues import Clue, Country, Disc
from ml.geolocation.ledger import distance

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
MADRID, TOKYO = (40.4, -3.7), (35.7, 139.7)


def at(hours: float, *points: Disc | Country, floor: float = 1e-4) -> Moment:
    clue = Clue("clue", "test", "A test", "x", points=points, floor=floor)
    return Moment(NOON + timedelta(hours=hours), (clue,) if points else ())


def test_a_photo_without_clues_is_placed_by_its_neighbours() -> None:
    here = Disc(*MADRID, 20)
    first, middle, last = smoothed([at(0, here), at(0.5), at(1, here)])
    assert distance((middle.latitude, middle.longitude), MADRID) < 150
    assert middle.region.km2 < 1e6 < middle.km2
    assert first.region.holds(*MADRID) and last.region.holds(*MADRID)


def test_nobody_travels_faster_than_planes() -> None:
    """An uncertain photo, an hour after Madrid, could be of Spain or of Japan."""
    unsure = Disc(*MADRID, 200, 0.1), Disc(*TOKYO, 200, 1.0)
    alone, _ = smoothed([at(0, *unsure), Moment(None, ())])
    assert distance((alone.latitude, alone.longitude), TOKYO) < 500
    _, soon = smoothed([at(0, Disc(*MADRID, 20)), at(1, *unsure)])
    assert distance((soon.latitude, soon.longitude), MADRID) < 500


def test_in_days_one_may_be_anywhere() -> None:
    _, later = smoothed([at(0, Disc(*MADRID, 20)), at(72, Disc(*TOKYO, 20), floor=1e-9)])
    assert distance((later.latitude, later.longitude), TOKYO) < 150


def test_the_order_in_which_photos_are_given_changes_nothing() -> None:
    photos = [at(0, Disc(*MADRID, 20)), at(1), at(2, Country("ES"))]
    there = smoothed(photos)
    back = smoothed(photos[::-1])
    assert there == back[::-1]


def test_each_photo_is_somewhere() -> None:
    photos = [at(0, Country("ES")).clues, (), at(9, Country("FR")).clues]
    for one in chain(photos, (0.0, 5.0, 9.0)):
        assert one.mass.sum() == pytest.approx(1) and np.isfinite(one.mass).all()
