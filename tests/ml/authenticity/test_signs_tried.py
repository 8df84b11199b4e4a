"""Signs that were tried and left out (tests.fitting.signs) see what they are for."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ml.authenticity import saving
from ml.evaluation import edits
from ml.landmarks import OVAL
from tests.fitting.signs import face_blocks, shifted_grid

Pixels = NDArray[np.uint8]
PLACE = (slice(88, 248), slice(304, 464))  # beside the astronaut's head, on the grid
POOR = 40  # quality of the part's own save
DOWN, ACROSS = 3, 5  # where its own blocks begin
FACE, HALF = (222, 112), (42, 58)  # her face's middle and half its sides
CLEARLY = 6.0  # spreads; on her untouched photo no part stands out by more than 4


@pytest.fixture(scope="module")
def photo() -> Pixels:
    from skimage import data

    return np.asarray(data.astronaut())


@pytest.fixture(scope="module")
def changed(photo: Pixels) -> Pixels:
    """A part was saved by itself, poorer, and put back."""
    poor = edits.opened(edits.saved(photo[DOWN:, ACROSS:], POOR))
    made = photo.copy()
    made[PLACE] = np.pad(poor, ((DOWN, 0), (ACROSS, 0), (0, 0)))[PLACE]
    return made


def looked(pixels: Pixels, quality: int) -> shifted_grid.Shifted | None:
    file = edits.opened(edits.saved(pixels, quality))
    return shifted_grid.looked(file, saving.standard(quality))


@pytest.mark.parametrize("quality", [75, 90])
def test_a_part_saved_poorer_by_itself_is_found_with_its_blocks(
    changed: Pixels, quality: int
) -> None:
    found = looked(changed, quality)
    assert found is not None and found.score > CLEARLY
    assert (found.place, found.quality) == ((DOWN, ACROSS), POOR)
    inside = np.zeros(found.map.shape, bool)
    inside[11:31, 38:58] = True
    assert found.map[inside].sum() > 0.7 * found.map.sum() > 0


@pytest.mark.parametrize("quality", [75, 95])
def test_a_photo_that_was_cropped_as_a_whole_has_no_part_of_its_own(
    photo: Pixels, changed: Pixels, quality: int
) -> None:
    cropped = edits.opened(edits.saved(photo, 60))[DOWN:, ACROSS:]
    found, meant = looked(cropped, quality), looked(changed, quality)
    assert found is not None and meant is not None
    assert found.score < CLEARLY < meant.score


def test_where_the_last_save_wiped_all_out_or_the_photo_is_small_nothing_is_measured(
    changed: Pixels,
) -> None:
    assert looked(changed, 8) is None
    assert looked(changed[:60, :200], 75) is None


def test_odd_tables_do_no_harm(photo: Pixels) -> None:
    for table in (np.zeros((8, 8), np.int64), np.full((8, 8), 65_535)):
        found = shifted_grid.looked(photo, table)
        assert found is None or np.isfinite(found.score)


def outline(shape: tuple[int, ...]) -> Pixels:
    """An outline around the astronaut's face; the mesh's other points lie in its middle."""
    points = np.tile(np.float32([*FACE, 0]), (468, 1))
    angles = np.linspace(0, 2 * np.pi, len(OVAL), endpoint=False)
    points[list(OVAL), :2] += np.stack([np.cos(angles), np.sin(angles)], 1) * HALF
    return face_blocks.outline(shape, points)


def smoother(pixels: Pixels, mask: Pixels, quality: int) -> float | None:
    file = edits.opened(edits.saved(pixels, quality))
    return face_blocks.smoother(face_blocks.beside(file, mask))


@pytest.mark.parametrize("quality", [75, 95])
def test_softened_skin_has_less_grain_than_what_is_around_it(photo: Pixels, quality: int) -> None:
    mask = outline(photo.shape)
    blurred = cv2.bilateralFilter(photo, 9, 60, 7).astype(np.uint8)
    soft = edits.laid(photo, blurred, mask.astype(np.float32))
    honest, changed = (smoother(one, mask, quality) for one in (photo, soft))
    assert honest is not None and changed is not None and changed > honest + 0.3


def test_without_enough_around_a_face_nothing_is_measured(photo: Pixels) -> None:
    place = (slice(60, 164), slice(185, 260))
    tight = np.ascontiguousarray(photo[place])
    assert smoother(tight, np.ascontiguousarray(outline(photo.shape)[place]), 75) is None
