"""Edits made to a portrait are found where they are, and honest copies of it are left alone."""

from __future__ import annotations

import io
from math import log
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ml import decode
from ml.authenticity import (
    blocks,
    copy_move,
    jpeg_ghosts,
    jpeg_tables,
    saving,
    spectrum_peaks,
)
from ml.authenticity.calibration import SPEAKS
from ml.contracts import Case, Output, View
from ml.evaluation import edits
from ml.registry import Device, Model
from ml.types import Finding, Picture
from ml.weighing import weighed
from ml.weights import Weights
from tests.conftest import SHARED

Pixels = NDArray[np.uint8]
PLACE = (slice(120, 240), slice(330, 470))  # beside the astronaut's head


@pytest.fixture(scope="module")
def photo() -> Pixels:
    """The astronaut as she came from a first save at quality 70."""
    from skimage import data

    return edits.opened(edits.saved(data.astronaut(), 70))


def view(pixels: Pixels, folder: Path, quality: int = 95, **how: object) -> View:
    file = folder / "photo.jpg"
    Image.fromarray(pixels).save(file, quality=quality, **how)
    return View(decode.picture(file), case=Case(file))


def look(model: type[Model], shown: View) -> tuple[Finding, Output]:
    output = model(Weights(Path()), Device.CPU).run(shown)
    return output.findings[0], output


def heat(output: Output) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(output.marks[0].raster)))


def pasted(photo: Pixels) -> Pixels:
    """Something that was never a JPEG, over a part of the photo."""
    from skimage import data

    changed = photo.copy()
    changed[PLACE] = data.coffee()[100:220, 200:340]
    return changed


def test_a_part_without_the_trace_of_the_earlier_save_is_found(
    photo: Pixels, tmp_path: Path
) -> None:
    finding, output = look(jpeg_ghosts.JpegGhosts, view(pasted(photo), tmp_path))
    assert finding.weight is not None and finding.weight >= SPEAKS
    assert "quality 70" in (finding.value or "") and output.marks[0].on
    hot = heat(output)
    rows, columns = (slice(one.start // 8 + 2, one.stop // 8 - 2) for one in PLACE)
    assert hot[rows, columns].mean() > 3 * max(hot[:, :30].mean(), 5)


def test_it_is_found_on_a_photo_that_the_camera_held_upright(photo: Pixels, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[saving.ORIENTATION] = 6
    stored = saving.as_stored(pasted(photo), 6)
    finding, output = look(jpeg_ghosts.JpegGhosts, view(stored, tmp_path, exif=exif))
    assert finding.weight is not None and finding.weight >= SPEAKS
    rows, columns = (slice(one.start // 8 + 2, one.stop // 8 - 2) for one in PLACE)
    assert heat(output)[rows, columns].mean() > 3 * max(heat(output)[:, :30].mean(), 5)


def test_of_a_large_photo_the_middle_is_looked_at_and_that_is_said(
    photo: Pixels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "LARGEST", 400 * 400)
    changed = photo.copy()
    changed[200:300, 240:340] = pasted(photo)[120:220, 330:430]
    finding, output = look(jpeg_ghosts.JpegGhosts, view(changed, tmp_path))
    assert finding.note == jpeg_ghosts.PART
    assert finding.weight is not None and finding.weight >= SPEAKS
    hot = heat(output)
    assert hot.shape == (64, 64) and hot[27:36, 32:41].mean() > 3 * max(hot[:, :28].mean(), 5)
    assert not hot[:7].any() and not hot[:, :7].any()


def test_the_middle_of_a_photo_of_any_size_lies_on_the_grid_and_is_not_too_large() -> None:
    for shape in ((10_000, 12_000), (12_001, 9_999), (300, 60_000), (3072, 4096), (8, 8)):
        rows, columns = blocks.middle(shape)
        high, wide = rows.stop - rows.start, columns.stop - columns.start
        assert high * wide <= blocks.LARGEST and rows.start % 8 == columns.start % 8 == 0
        assert high * wide > 0.9 * min(blocks.LARGEST, shape[0] * shape[1])


@pytest.mark.parametrize(("quality", "said"), [(95, "99.4 %"), (90, "99.4 %"), (80, "68.9 %")])
def test_how_reliable_it_is_and_whether_finding_nothing_counts_depends_on_the_last_save(
    photo: Pixels, tmp_path: Path, quality: int, said: str
) -> None:
    finding, _ = look(jpeg_ghosts.JpegGhosts, view(photo, tmp_path, quality))
    assert finding.value is not None and said in finding.reliability
    poorly = quality < jpeg_ghosts.WELL_SAVED
    assert (finding.note == jpeg_ghosts.MISSES) == (finding.weight is None) == poorly


def test_a_photo_saved_again_as_a_whole_bears_the_trace_everywhere(
    photo: Pixels, tmp_path: Path
) -> None:
    finding, output = look(jpeg_ghosts.JpegGhosts, view(photo, tmp_path))
    assert finding.weight is not None and finding.weight < 0
    assert not output.marks[0].on and heat(output).max() < 100


def test_a_photo_with_no_earlier_save_gives_no_evidence(tmp_path: Path) -> None:
    from skimage import data

    finding, _ = look(jpeg_ghosts.JpegGhosts, view(pasted(data.astronaut()), tmp_path))
    assert finding.value is None and finding.note == jpeg_ghosts.NO_TRACE


def test_a_part_shown_twice_is_found_in_both_places(photo: Pixels, tmp_path: Path) -> None:
    changed = photo.copy()
    changed[10:130, 380:500] = photo[330:450, 60:180]
    finding, output = look(copy_move.CopyMove, view(changed, tmp_path, 75))
    assert finding.weight is not None and finding.weight >= SPEAKS
    twice = heat(output) > 0
    first, second = twice[10:130, 380:500], twice[330:450, 60:180]
    assert first.mean() > 0.1 and second.mean() > 0.1
    assert twice.sum() == pytest.approx(first.sum() + second.sum(), rel=0.05)


def test_nothing_is_there_twice_on_an_honest_photo(photo: Pixels, tmp_path: Path) -> None:
    finding, output = look(copy_move.CopyMove, view(photo, tmp_path, 75))
    assert finding.weight is not None and finding.weight < SPEAKS and not output.marks


def test_that_nothing_was_found_is_no_more_than_two_to_one_against_an_edit(
    photo: Pixels, tmp_path: Path
) -> None:
    shown = view(photo, tmp_path)
    found = [look(model, shown)[0] for model in (jpeg_ghosts.JpegGhosts, copy_move.CopyMove)]
    assert all(one.weight is not None and one.weight < 0 for one in found)
    (joint,) = weighed(found)
    assert joint.weight is not None and -log(2) <= joint.weight < 0
    for curve in (jpeg_ghosts.CURVE, copy_move.CURVE):
        assert min(curve.weights) >= -log(2)


def test_what_was_found_counts_beside_what_was_not(photo: Pixels, tmp_path: Path) -> None:
    shown = view(pasted(photo), tmp_path)
    found = [look(model, shown)[0] for model in (jpeg_ghosts.JpegGhosts, copy_move.CopyMove)]
    (joint,) = weighed(found)
    assert len(joint.counted) == 2 and joint.weight == pytest.approx(
        sum(one.weight or 0 for one in found)
    )


def test_a_pattern_that_repeats_is_not_taken_for_copies(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    tile = np.kron(random.integers(40, 220, (8, 8, 3)), np.ones((5, 5, 1))).astype(np.uint8)
    finding, output = look(copy_move.CopyMove, view(np.tile(tile, (7, 7, 1)), tmp_path, 90))
    assert (finding.value, finding.note) == (None, copy_move.PATTERN) and not output.marks


def test_the_last_save_is_told_and_weighs_nothing(photo: Pixels, tmp_path: Path) -> None:
    finding, output = look(jpeg_tables.JpegTables, view(photo, tmp_path, 83, subsampling="4:4:4"))
    assert finding.weight is None and output.readings[0].value == 83
    assert "4:4:4" in (finding.value or "") and "most programs" in (finding.value or "")
    odd = [(saving.standard(60) + 1).ravel().tolist()] * 2
    Image.fromarray(photo).save(tmp_path / "odd.jpg", qtables=odd)
    found = saving.read(tmp_path / "odd.jpg")
    assert found is not None and not found.is_standard and abs(found.quality - 60) <= 2


def test_a_file_that_is_no_jpeg_says_so(photo: Pixels, tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    Image.fromarray(photo).save(file)
    shown = View(decode.picture(file), case=Case(file))
    assert look(jpeg_tables.JpegTables, shown)[0].note == jpeg_tables.NO_JPEG
    shown = View(Picture(pasted(photo)))
    assert look(jpeg_tables.JpegTables, shown)[0].note == jpeg_tables.NO_FILE
    finding, _ = look(jpeg_ghosts.JpegGhosts, shown)  # the grid is looked for all the same
    assert finding.weight is not None and finding.weight >= SPEAKS


@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_is_stored_is_turned_upright_and_back(orientation: int) -> None:
    array = np.arange(6).reshape(2, 3)
    shown = saving.upright(array, orientation)
    transposed = Image.fromarray(array.astype(np.uint8))
    exif = Image.Exif()
    exif[saving.ORIENTATION] = orientation
    out = io.BytesIO()
    transposed.save(out, "PNG", exif=exif)
    from PIL import ImageOps

    assert (shown == np.asarray(ImageOps.exif_transpose(Image.open(out)))).all()
    assert (saving.as_stored(shown, orientation) == array).all()


def test_headers_of_broken_files_are_read_without_harm(photo: Pixels, tmp_path: Path) -> None:
    whole = edits.saved(photo, 80)
    random = np.random.default_rng(0)
    file = tmp_path / "broken.jpg"
    for _ in range(60):
        broken = bytearray(whole[: random.integers(4, 1500)])
        for place in random.integers(2, len(broken), 4):
            broken[place] = random.integers(256)
        file.write_bytes(broken)
        found = saving.read(file)
        assert found is None or found.tables[0].shape == (8, 8)


def test_headers_are_parsed_in_the_limited_process_alone(
    photo: Pixels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, image = tmp_path / "photo.jpg", Image.fromarray(photo)
    exif = Image.Exif()
    exif[saving.ORIENTATION] = 6
    more = [image.resize((64, 64))]
    image.save(file, "MPO", save_all=True, append_images=more, quality=83, exif=exif)
    saving.standard(83)
    with monkeypatch.context() as here:
        here.setattr(Image, "open", None)
        found = saving.read(file)
    assert found is not None and (found.quality, found.is_standard) == (83, True)
    assert (found.subsampling, found.orientation) == ("4:2:0", 6)


def test_hostile_files_are_read_without_harm() -> None:
    hostile = SHARED / "photos" / "hostile"
    if not hostile.is_dir():
        pytest.skip("needs ../shared/photos/hostile")
    for file in sorted(hostile.iterdir()):
        found = saving.read(file)
        assert found is None or found.tables[0].shape == (8, 8)


@pytest.mark.parametrize(
    "model", [copy_move.CopyMove, jpeg_ghosts.JpegGhosts, spectrum_peaks.SpectrumPeaks]
)
@pytest.mark.parametrize("size", [(1, 1), (20, 20), (1, 500), (200, 200)])
def test_black_and_tiny_pictures_give_no_evidence(
    photo: Pixels, model: type[Model], size: tuple[int, int]
) -> None:
    high, wide = size
    tiny = photo[:high, :wide] if high < 200 else np.zeros((high, wide, 3), np.uint8)
    finding, output = look(model, View(Picture(tiny)))
    assert finding.value is None and finding.weight is None and finding.note
    assert not output.marks and not output.readings


def test_repeated_pixels_leave_peaks_that_jpeg_does_not(photo: Pixels, tmp_path: Path) -> None:
    repeated = np.repeat(np.repeat(photo[::2, ::2], 2, 0), 2, 1)
    assert spectrum_peaks.excess(repeated) > spectrum_peaks.STANDS_OUT
    for quality in (50, 75, 95):
        honest = edits.opened(edits.saved(photo, quality))
        finding, _ = look(spectrum_peaks.SpectrumPeaks, View(Picture(honest)))
        assert finding.value == "none beyond JPEG's own" and finding.weight is None
