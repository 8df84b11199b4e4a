"""Passport photos have the size that is asked for, and what is wrong with them is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import geometry
from ml.contracts import Iris, Pose
from ml.contracts.portraits import Wish
from ml.generation.coefficients import shut
from ml.generation.passport import DPI, MM, Sight, head, laid, lids
from ml.generation.passport_layouts import LAYOUTS
from ml.generation.passport_sheets import SIZES, Paper, sheet, starts
from ml.generation.passport_sheets import saved as put_down
from ml.shape.surface import Points, average

SIDE, UNIT = 600, 130.0
UPRIGHT = Pose(0.0, 0.0, 0.0)


def mesh(roll: float = 0.0) -> Points:
    face = average() + shut(average(), 1.0)
    points = face @ geometry.rotation(Pose(0.0, 0.0, roll)).T
    return points * UNIT + (SIDE / 2, 270.0, 0.0)


def outline(points: Points, crown: float = 1.4) -> np.ndarray:
    """Somebody whose head ends so many heights of the face above the chin."""
    forehead, chin = points[geometry.FOREHEAD, 1], points[geometry.CHIN, 1]
    alpha = np.zeros((SIDE, SIDE), np.float32)
    alpha[round(chin - crown * (chin - forehead)) :, 180:420] = 1
    return alpha


def sight(points: Points | None = None, **changes: object) -> Sight:
    points = mesh() if points is None else points
    grey = np.full((SIDE, SIDE, 3), 0.8, np.float32)
    return replace(Sight(grey, outline(points), points, UPRIGHT, own=True), **changes)


def names(seen: Sight, code: str = "icao") -> set[str]:
    return {fault.name for fault in laid(seen, LAYOUTS[code]).faults}


@pytest.mark.parametrize("code", sorted(LAYOUTS))
def test_every_layout_is_met_by_an_ordinary_head(code: str) -> None:
    layout, made = LAYOUTS[code], laid(sight(), LAYOUTS[code])
    high, wide = made.photo.shape[:2]
    assert wide == round(layout.wide * DPI / MM) and high == round(layout.high * DPI / MM)
    assert layout.head[0] <= made.head <= layout.head[1]
    assert layout.eyes is None or layout.eyes[0] <= made.eyes <= layout.eyes[1]
    assert layout.top is None or layout.top[0] <= made.top <= layout.top[1]
    assert made.top > 0 and made.eyes < layout.high and layout.source


def test_nothing_is_wrong_with_a_plain_photo_from_in_front() -> None:
    assert names(sight()) == set()


def test_a_head_is_measured_from_chin_to_crown() -> None:
    points = mesh()
    found = head(points, outline(points, 1.4))
    face = points[geometry.CHIN, 1] - points[geometry.FOREHEAD, 1]
    assert found.high == pytest.approx(1.4 * face, abs=1) and not found.hidden
    hat = head(points, outline(points, 1.8))
    assert hat.hidden and hat.high == pytest.approx(1.52 * face, abs=1)


def test_the_print_shows_the_head_as_high_as_is_said() -> None:
    points = mesh()
    pixels = np.repeat(1 - outline(points)[..., None], 3, axis=2)  # black person before white
    made = laid(sight(points, pixels=pixels), LAYOUTS["icao"])
    black = (made.photo.mean(2) < 128).mean(1) > 0.3
    assert np.argmax(black) / DPI * MM == pytest.approx(made.top, abs=0.2)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"pose": Pose(14.0, 0.0, 0.0)}, "turned"),
        ({"pose": Pose(0.0, -25.0, 0.0)}, "raised"),
        ({"wish": Wish(expression="smile")}, "changed"),
        ({"own": False}, "background"),
        ({"enlarged": 8.0}, "coarse"),
    ],
)
def test_what_an_office_would_not_take_is_said(changes: dict[str, object], fault: str) -> None:
    assert names(sight(**changes)) == {fault}


def test_a_tilted_head_stays_tilted_and_is_said() -> None:
    tilted = mesh(roll=12.0)
    assert "tilted" in names(sight(tilted, alpha=outline(tilted)))
    made = laid(sight(tilted, alpha=outline(tilted)), LAYOUTS["icao"])
    assert any("12 degrees" in fault.words for fault in made.faults)


def test_an_open_mouth_is_said() -> None:
    points = mesh()
    points[14, 1] += 0.15 * UNIT
    assert names(sight(points)) == {"mouth"}


def test_shut_eyes_are_said_to_be_perhaps_shut() -> None:
    def eye(gap: float) -> Iris:
        contour = np.zeros((71, 2), np.float32)
        contour[8] = (10, 0)
        contour[11:14, 1], contour[3:6, 1] = -gap / 2, gap / 2
        return Iris(np.zeros((5, 2), np.float32), contour, 4.0)

    assert lids((eye(3.0), eye(2.0))) == pytest.approx(0.25)
    assert lids(None) == lids((None, None)) == 1
    assert names(sight(eyes=(eye(1.0), eye(1.0)))) == {"eyes"}
    assert names(sight(eyes=(eye(3.0), None))) == set()


def test_a_restless_background_and_a_photo_that_ends_too_soon_are_said() -> None:
    stripes = sight().pixels.copy()
    stripes[::2] = 0.2
    assert names(sight(pixels=stripes)) == {"restless"}
    low = mesh() + np.array([0.0, 250.0, 0.0])
    assert "cut" in names(sight(low, alpha=outline(low)))


def test_paper_holds_as_many_as_go_onto_it_with_room_to_cut() -> None:
    photo = laid(sight(), LAYOUTS["icao"]).photo
    photo[:] = 0
    for paper, count in ((Paper.POSTCARD, 6), (Paper.A4, 30)):
        made = sheet(photo, paper)
        assert sorted(made.shape[:2]) == sorted(round(mm * DPI / MM) for mm in SIZES[paper])
        black = (made == 0).all(2).sum() / (photo.shape[0] * photo.shape[1])
        assert black == count
        assert (made[:40] == 255).all() and (made[:, -40:] == 255).all()
    with pytest.raises(ValueError, match="larger"):
        sheet(np.zeros((4000, 4000, 3), np.uint8), Paper.A4)


def test_photos_lie_in_the_middle_and_apart() -> None:
    first, second = starts(100, 30, 2, 10)
    assert (first, second) == (15, 55)


@pytest.mark.parametrize("ending", ["png", "pdf"])
def test_files_print_in_their_true_size(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"sheet.{ending}"
    put_down(np.full((1800, 1200, 3), 200, np.uint8), path)
    if ending == "png":
        with Image.open(path) as image:
            assert image.info["dpi"] == pytest.approx((DPI, DPI), abs=0.1)
    else:
        text = path.read_bytes()
        assert text.startswith(b"%PDF") and b"/MediaBox [ 0 0 288.0 432.0 ]" in text
