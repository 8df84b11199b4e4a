"""A part's own JPEG grid and a face unlike its surroundings are found; honest copies are not."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ml import decode
from ml.authenticity import face_blocks, face_surround, part_grids, saving, shifted_grid
from ml.authenticity.calibration import SPEAKS
from ml.contracts import MESH, Case, Meshes, Output, View
from ml.evaluation import edits
from ml.landmarks import OVAL
from ml.registry import Device, Model
from ml.types import Picture
from ml.weights import Weights

Pixels = NDArray[np.uint8]
PLACE = (slice(88, 248), slice(304, 464))  # beside the astronaut's head, on the grid
POOR = 40  # quality of the part's own save
DOWN, ACROSS = 3, 5  # where its own blocks begin
FACE, HALF = (222, 112), (42, 58)  # her face's middle and half its sides


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


def view(pixels: Pixels, folder: Path, quality: int, **how: object) -> View:
    file = folder / "photo.jpg"
    Image.fromarray(pixels).save(file, quality=quality, **how)
    return View(decode.picture(file), case=Case(file))


def look(model: type[Model], shown: View) -> Output:
    return model(Weights(Path()), Device.CPU).run(shown)


@pytest.mark.parametrize("quality", [75, 90])
def test_a_part_saved_poorer_by_itself_is_found_with_its_blocks(
    changed: Pixels, tmp_path: Path, quality: int
) -> None:
    output = look(shifted_grid.ShiftedGrid, view(changed, tmp_path, quality))
    finding = output.findings[0]
    assert finding.weight is not None and finding.weight >= SPEAKS
    assert f"{ACROSS} pixels to the right" in (finding.value or "")
    assert f"{DOWN} below" in (finding.value or "") and f"quality {POOR}" in (finding.value or "")
    hot = np.asarray(Image.open(io.BytesIO(output.marks[0].raster))) > 0
    inside = np.zeros(hot.shape, bool)
    inside[11:31, 38:58] = True
    assert (hot & inside).sum() > 0.7 * hot.sum() > 0


def test_it_is_found_on_a_photo_that_the_camera_held_upright(
    changed: Pixels, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[saving.ORIENTATION] = 6
    output = look(shifted_grid.ShiftedGrid, view(changed, tmp_path, 75, exif=exif))
    assert output.findings[0].weight is not None and output.findings[0].weight >= SPEAKS
    shown = np.asarray(Image.open(io.BytesIO(output.marks[0].raster))) > 0
    hot = saving.as_stored(shown, 6)
    assert hot[11:31, 38:58].sum() > 0.7 * hot.sum() > 0


@pytest.mark.parametrize("quality", [75, 95])
def test_a_photo_that_was_cropped_as_a_whole_has_no_part_of_its_own(
    photo: Pixels, tmp_path: Path, quality: int
) -> None:
    cropped = edits.opened(edits.saved(photo, 60))[DOWN:, ACROSS:]
    output = look(shifted_grid.ShiftedGrid, view(cropped, tmp_path, quality))
    assert output.findings[0].weight is not None and output.findings[0].weight < 0
    assert not output.marks and len(output.readings) == 1


def test_where_the_last_save_wiped_all_out_or_is_not_known_it_cannot_tell(
    changed: Pixels, tmp_path: Path
) -> None:
    poor = look(shifted_grid.ShiftedGrid, view(changed, tmp_path, 8)).findings[0]
    assert (poor.weight, poor.note) == (None, part_grids.TOO_POOR)
    bare = look(shifted_grid.ShiftedGrid, View(Picture(changed))).findings[0]
    assert (bare.weight, bare.note) == (None, shifted_grid.NO_JPEG)
    tiny = look(shifted_grid.ShiftedGrid, view(changed[:60, :200], tmp_path, 75)).findings[0]
    assert (tiny.weight, tiny.note) == (None, part_grids.TOO_SMALL)


def test_of_a_large_photo_the_middle_is_looked_at_and_that_is_said(
    changed: Pixels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shifted_grid, "LARGEST", 400 * 400)
    output = look(shifted_grid.ShiftedGrid, view(changed, tmp_path, 75))
    assert output.findings[0].note == shifted_grid.PART
    assert output.findings[0].weight is not None


def mesh() -> NDArray[np.float32]:
    """An outline around the astronaut's face; the other points in its middle."""
    points = np.tile(np.float32([*FACE, 0]), (468, 1))
    angles = np.linspace(0, 2 * np.pi, len(OVAL), endpoint=False)
    points[list(OVAL), :2] += np.stack([np.cos(angles), np.sin(angles)], 1) * HALF
    return points


def with_mesh(shown: View, *meshes: NDArray[np.float32] | None) -> View:
    return View(shown.picture, outputs={MESH: Output(data=Meshes(meshes))}, case=shown.case)


def readings(pixels: Pixels, folder: Path, quality: int) -> dict[str, float]:
    shown = with_mesh(view(pixels, folder, quality), mesh())
    output = look(face_surround.FaceSurround, shown)
    return {one.name: float(one.value) for one in output.readings}


@pytest.mark.parametrize("quality", [75, 95])
def test_softened_skin_has_less_grain_than_what_is_around_it(
    photo: Pixels, tmp_path: Path, quality: int
) -> None:
    soft = edits.laid(
        photo,
        cv2.bilateralFilter(photo, 9, 60, 7).astype(np.uint8),
        face_blocks.outline(photo.shape, mesh()).astype(np.float32),
    )
    honest, changed = (readings(one, tmp_path, quality) for one in (photo, soft))
    name = face_surround.MEASURE
    assert changed[name] > honest[name] + 0.3


def test_the_face_that_is_most_unlike_its_surroundings_is_told_of(photo: Pixels) -> None:
    elsewhere = mesh() + np.float32([200, 250, 0])
    one, other, both = (
        look(face_surround.FaceSurround, with_mesh(View(Picture(photo)), *meshes)).readings[0].value
        for meshes in ((mesh(),), (elsewhere,), (mesh(), elsewhere, None))
    )
    assert one != other and both == max(float(one), float(other))


def test_without_a_face_or_enough_around_it_it_cannot_tell(photo: Pixels) -> None:
    nobody = look(face_surround.FaceSurround, with_mesh(View(Picture(photo)), None)).findings
    assert {one.weight for one in nobody} == {None} and nobody[0].note == face_surround.NO_FACE
    tight = Picture(np.ascontiguousarray(photo[60:164, 185:260]))
    inside = mesh() - np.float32([185, 60, 0])
    found = look(face_surround.FaceSurround, with_mesh(View(tight), inside)).findings[0]
    assert (found.weight, found.note) == (None, face_surround.TOO_SMALL)


def test_a_face_is_found_where_the_file_stores_it(photo: Pixels, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[saving.ORIENTATION] = 6
    stored = np.ascontiguousarray(saving.as_stored(photo, 6))
    turned = with_mesh(view(stored, tmp_path, 75, exif=exif), mesh())
    upright = with_mesh(view(photo, tmp_path, 75), mesh())
    values = [
        look(face_surround.FaceSurround, shown).readings[0].value for shown in (turned, upright)
    ]
    assert values[0] == pytest.approx(values[1], abs=0.15)


def test_odd_tables_do_no_harm(photo: Pixels) -> None:
    for table in (np.zeros((8, 8), np.int64), np.full((8, 8), 65_535)):
        assert isinstance(part_grids.looked(photo, table), str | part_grids.Shifted)
