"""Clues become likelihoods over cells, and these one answer: in any order, without each."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.geolocation.cells import earth
from ml.geolocation.clues import Clue, Country, Disc, Raster
from ml.geolocation.fusion import fused, prior
from ml.geolocation.ledger import Ledger, answered, ledger, outline
from ml.geolocation.sun import sun


def a_clue(name: str, *points: Country | Disc | Raster, floor: float = 0.01) -> Clue:
    return Clue(name, "test", "A test", name, points=points, floor=floor)


SPAIN = a_clue("spain", Country("ES"))
ITALY = a_clue("italy", Country("IT"))
AREZZO = Disc(43.467448, 11.885127, 0.01)


@st.composite
def clues(draw: st.DrawFn) -> list[Clue]:
    points = st.one_of(
        st.builds(Country, st.sampled_from(["ES", "FR", "JP", "BR", "XX"]), st.floats(0.01, 1)),
        st.builds(Disc, st.floats(-89, 89), st.floats(-180, 180), st.floats(100, 2000)),
    )
    many = draw(st.lists(st.tuples(st.lists(points, min_size=1, max_size=3), st.floats(1e-6, 0.9)),
                         min_size=1, max_size=5))  # fmt: skip
    return [a_clue(f"{i}", *found, floor=floor) for i, (found, floor) in enumerate(many)]


@settings(max_examples=25, deadline=None)
@given(clues(), st.randoms())
def test_the_order_of_clues_changes_nothing(found: list[Clue], random: st.DataObject) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = fused(found), fused(shuffled)
    assert one.cells.names == other.cells.names
    assert (one.mass == other.mass).all()


@settings(max_examples=25, deadline=None)
@given(clues())
def test_probabilities_and_likelihoods_sum_to_one(found: list[Clue]) -> None:
    assert fused(found).mass.sum() == pytest.approx(1)
    for clue in found:
        assert clue.over_cells().sum() == pytest.approx(1)
        likelihood = clue.likelihood(earth().places)
        assert likelihood.min() >= clue.floor and likelihood.max() <= 1


def test_the_cells_are_the_whole_earth_and_of_about_the_same_size() -> None:
    cells = earth()
    assert cells.areas.sum() == pytest.approx(510.07e6, rel=1e-3)
    assert np.percentile(cells.areas, 99) < 2 * np.percentile(cells.areas, 1)
    land = (cells.areas * cells.places.land).sum()
    assert land == pytest.approx(148e6, rel=0.02)
    assert prior().sum() == pytest.approx(1)


def test_without_clues_no_region_is_small() -> None:
    answer = answered([])
    assert answer.region(0.9).km2 > 50e6 and answer.region(0.5).km2 > 10e6


def test_a_country_raises_itself_by_its_floor() -> None:
    """By hand: prior p of Spain, and likelihood 1 against 0.01 elsewhere."""
    inside = earth().places.of_country("ES")
    likelihood = 0.01 + 0.99 * inside
    wanted = (prior() * likelihood)[inside > 0].sum() / (prior() * likelihood).sum()
    assert fused([SPAIN]).mass[inside > 0].sum() == pytest.approx(wanted)


def test_a_clue_of_half_weight_counts_by_its_root() -> None:
    half = fused([SPAIN.weighed(0.5)]).mass
    root = prior() * np.sqrt(SPAIN.likelihood(earth().places))
    assert half == pytest.approx(root / root.sum())


def test_a_struck_out_clue_is_as_if_never_seen() -> None:
    both, only = [SPAIN, ITALY], [ITALY]
    assert answered(both, without={"spain"}) == answered(only)
    assert answered(both) != answered(only)


def test_an_exact_position_is_followed_to_the_metre() -> None:
    gps = a_clue("gps", AREZZO, floor=1e-9)
    answer = answered([gps, SPAIN])
    assert (answer.latitude, answer.longitude) == (AREZZO.latitude, AREZZO.longitude)
    assert answer.region(0.9).km2 < 0.05 and answer.region(0.9).holds(43.467448, 11.885127)
    assert answer.km_to(43.467448, 11.885127) == 0


def test_regions_hold_their_share_and_the_smaller_lies_in_the_larger() -> None:
    found = fused([SPAIN])
    inside = {share: set(found.region(share).tolist()) for share in (0.5, 0.9)}
    for share, cells in inside.items():
        mass = found.mass[list(cells)].sum()
        assert share <= mass < share + found.mass.max() + 1e-9
    assert inside[0.5] < inside[0.9]


def test_the_area_to_a_point_is_what_must_be_searched_before_it() -> None:
    found = fused([a_clue("spain", Country("ES"), floor=1e-4)])
    madrid, sydney = found.km2_to(40.4, -3.7), found.km2_to(-33.9, 151.2)
    assert madrid < 0.2e6 < 0.6e6 < sydney
    denser = found.density >= found.density.max()
    assert found.km2_to(*found.peak) == pytest.approx(found.cells.areas[denser].sum())


@cache
def the_ledger() -> Ledger:
    return ledger([SPAIN, ITALY, a_clue("raster", Raster.of(prior())), a_clue("nothing")], ("A.",))


def test_a_ledger_comes_back_from_json() -> None:
    found = the_ledger()
    assert Ledger.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False))) == found


def test_a_ledger_says_the_answer_without_each_clue_that_is_read() -> None:
    found = the_ledger()
    assert {one.clue for one in found.without} == {"spain", "italy", "raster"}
    without = next(one for one in found.without if one.clue == "spain")
    assert without.place.endswith("(IT)")
    assert without.km2 == pytest.approx(answered(found.clues, {"spain"}).region(0.9).km2, rel=1e-3)


def test_a_raster_keeps_likelihoods_within_a_step() -> None:
    values = np.linspace(0.001, 1, len(earth().names))
    assert Raster.of(values).array == pytest.approx(values / values.max(), rel=0.03)


def test_a_region_has_outlines_to_draw() -> None:
    rings = outline(the_ledger().answer.region(0.5))
    points = [point for polygon in rings for ring in polygon for point in ring]
    assert points and all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in points)


def test_the_sun_stands_where_almanacs_say() -> None:
    """Solstice noon at Greenwich: 90 - 51.48 + 23.44; an equinox sunrise is in the east."""
    from datetime import UTC, datetime

    height, azimuth = sun(datetime(2024, 6, 20, 12, 2, tzinfo=UTC), np.array([51.48]), np.zeros(1))
    assert height[0] == pytest.approx(61.96, abs=0.05) and azimuth[0] == pytest.approx(180, abs=0.6)
    height, azimuth = sun(datetime(2024, 3, 20, 6, 7, tzinfo=UTC), np.zeros(1), np.zeros(1))
    assert abs(height[0]) < 0.3 and azimuth[0] == pytest.approx(90, abs=0.3)
