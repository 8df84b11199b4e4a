"""Lines on the ground laid over a picture from above: which places are like, and which way."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ml.geolocation.overhead import (
    APART,
    GRAIN,
    MOST,
    REACH,
    Camera,
    Candidate,
    candidates,
    directed,
    discs,
    from_above,
)
from tests.fitting.overhead_pairs import GRAIN as FINE
from tests.fitting.overhead_pairs import House, Town, from_the_air, from_the_street

SIDE = int(120 / FINE)


@pytest.fixture(scope="module")
def crossing() -> Town:
    """Three streets of their own widths that meet at no right angle, and one house."""
    ground, street = np.full((SIDE, SIDE, 3), 110, np.uint8), np.zeros((SIDE, SIDE), np.uint8)
    for start, end, width in (((0, 100), (480, 300), 40), ((150, 0), (260, 480), 24),
                              ((480, 40), (60, 480), 30)):  # fmt: skip
        cv2.line(ground, start, end, (190, 185, 170), width + 14)
        cv2.line(ground, start, end, (70, 70, 75), width)
        cv2.line(street, start, end, 255, width)
    corners = np.array([[80.0, 90.0], [92.0, 90.0], [92.0, 100.0], [80.0, 100.0]])
    return Town(ground, street, (House(corners, 6.0, (180, 120, 90)),))


def test_the_place_and_the_heading_are_found_where_streets_meet(crossing: Town) -> None:
    random = np.random.default_rng(2)
    at, heading = np.array([50.0, 40.0]), 160.0
    photo = from_the_street(crossing, at, heading, random)
    found = candidates(photo, from_the_air(crossing, random), FINE)
    near = [one for one in found if np.hypot(one.x * FINE - at[0], one.y * FINE - at[1]) < 5]
    assert near and abs((near[0].heading - heading + 180) % 360 - 180) < 15
    assert found.index(near[0]) < 3


def test_candidates_are_ranked_and_lie_apart(crossing: Town) -> None:
    random = np.random.default_rng(3)
    photo = from_the_street(crossing, np.array([60.0, 50.0]), 0.0, random)
    found = candidates(photo, from_the_air(crossing, random), FINE)
    assert 1 < len(found) <= MOST
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 <= one.score <= 1 and 0 <= one.heading < 360 for one in found)
    for number, one in enumerate(found):
        for other in found[number + 1 :]:
            apart = max(abs(one.x - other.x), abs(one.y - other.y)) * FINE
            assert apart >= APART - GRAIN


def test_the_ground_is_drawn_as_from_above() -> None:
    """A line across the road ten metres ahead, as a level camera 1.6 m high sees it."""
    camera = Camera(view=90.0)
    photo = np.zeros((480, 640, 3), np.uint8)
    row = round(240 + 320 * camera.height / 10)
    photo[row - 2 : row + 3] = 255
    ground, seen = from_above(photo, camera)
    middle = len(ground) // 2
    assert len(ground) == 2 * int(REACH / GRAIN) + 1 and not seen[middle:].any()
    assert int(ground[:middle, middle, 0].argmax()) == pytest.approx(middle - 10 / GRAIN, abs=1)


def test_lines_are_told_by_their_direction() -> None:
    across = np.zeros((60, 60, 3), np.uint8)
    across[30:] = 255
    level, upright = directed(across), directed(across.swapaxes(0, 1).copy())
    one, other = level.sum((0, 1)).argmax(), upright.sum((0, 1)).argmax()
    assert abs(int(one) - int(other)) == level.shape[2] // 2


def test_candidates_become_places_on_the_earth() -> None:
    there = (Candidate(500, 500, 0, 0.8), Candidate(500, 400, 0, 0.4))
    one, other = discs(there, (48.0, 11.0), (1000, 1000), 0.5)
    assert (one.latitude, one.longitude, one.share) == (48.0, 11.0, 1.0)
    assert other.share == 0.5 and other.longitude == 11.0
    assert (other.latitude - one.latitude) * 111_320 == pytest.approx(50)
