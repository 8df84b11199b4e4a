"""People cut out of photos: along their edges, with their own colours, before other backgrounds."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import decode, matting, registry
from ml.analysis.portrait import COLOUR, PortraitInputs, PortraitOptions, portrait
from ml.contracts import PERSON_MASK, View
from ml.errors import MLError
from ml.pipelines import Context
from ml.pool import Pool
from ml.types import MarkKind, Picture, Report
from ml.weights import Weights

MASK = "mediapipe-person-mask"
HEIGHT, WIDTH = 120, 160


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


def disc() -> tuple[np.ndarray, np.ndarray]:
    """A red disc on blue, and its exact mask."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    inside = ((x - 80) ** 2 + (y - 60) ** 2 < 40**2).astype(np.float32)
    red, blue = np.array([0.9, 0.2, 0.1], np.float32), np.array([0.1, 0.2, 0.8], np.float32)
    return blue + (red - blue) * inside[..., None], inside


def made_of(pool: Pool, photo: Path, folder: Path, options: PortraitOptions) -> Report:
    return portrait(options, PortraitInputs(photo, (MASK,)), Context(pool, scratch=folder))


def test_the_astronaut_is_told_from_what_is_behind_her(pool: Pool, astronaut: Path) -> None:
    output = pool.run(MASK, View(decode.picture(astronaut)))
    soft = output.data.soft
    at = {"face": (55, 110), "suit": (190, 110), "wall": (20, 220), "flag": (60, 20)}
    sure = {name: soft[y, x] for name, (y, x) in at.items()}
    assert sure["face"] > 0.9 and sure["suit"] > 0.9 and sure["wall"] < 0.1
    (reading,), (mark,) = output.readings, output.marks
    assert reading.unit == "%" and reading.value == round(100 * float((soft > 0.5).mean()))
    assert mark.kind is MarkKind.MASK and Image.open(io.BytesIO(mark.raster)).size == (256, 256)


def test_a_photo_without_people_has_none(pool: Pool) -> None:
    rows, columns = np.mgrid[:360, :480]
    sky = np.stack([rows / 2, 120 + columns / 4, 255 - rows / 2], 2).astype(np.uint8)
    output = pool.run(MASK, View(Picture(sky)))
    assert output.readings[0].value == 0 and not output.marks


def test_a_coarse_mask_is_laid_along_the_edge() -> None:
    pixels, inside = disc()
    coarse = np.asarray(Image.fromarray(inside).resize((20, 15)).resize((WIDTH, HEIGHT)))
    before = np.abs(coarse - inside).mean()
    after = np.abs(matting.refined(coarse, pixels) - inside).mean()
    assert after < before / 3


def test_neither_side_bleeds_into_the_other() -> None:
    pixels, inside = disc()
    alpha = np.asarray(Image.fromarray(inside).resize((40, 30)).resize((WIDTH, HEIGHT)))
    edge = (alpha > 0.2) & (alpha < 0.8)
    front = matting.foreground(pixels, alpha)[edge]
    assert front[:, 0].min() > 0.85 and front[:, 2].max() < 0.15, "red throughout"
    behind = matting.background(pixels, alpha, 0.5)
    assert behind[inside > 0][:, 0].max() < 0.15, "nothing of the disc is left behind it"


def test_even_light_brings_both_halves_together_and_leaves_the_rest_alone() -> None:
    pixels = np.full((HEIGHT, WIDTH, 3), 0.7, np.float32)
    pixels[:, : WIDTH // 2] = 0.3
    alpha = np.zeros((HEIGHT, WIDTH), np.float32)
    alpha[20:100] = 1
    even = matting.even_light(pixels, alpha, 1.0)
    gap = even[60, 150, 0] - even[60, 10, 0]
    assert 0 < gap < 0.25
    assert np.allclose(even[5], pixels[5], atol=0.01)
    assert np.allclose(matting.even_light(pixels, alpha, 0.0), pixels, atol=0.01)


@pytest.mark.parametrize("background", ["transparent", "blurred", "colour", "as-it-is"])
def test_makes_one_file_without_metadata(
    background: str, pool: Pool, astronaut: Path, tmp_path: Path
) -> None:
    options = PortraitOptions(background, colour="#00ff00", light=40)
    (file,) = made_of(pool, astronaut, tmp_path, options).artifacts
    picture = Image.open(file.path)
    assert picture.size == (512, 512) and not picture.getexif()
    assert file.facts["background"] == background.replace("-", " ")
    corner = picture.getpixel((510, 30))
    if background == "transparent":
        assert (file.media_type, picture.mode, corner[3]) == ("image/png", "RGBA", 0)
        assert picture.getpixel((225, 110))[3] == 255
    elif background == "colour":
        assert np.abs(np.array(corner) - (0, 255, 0)).max() < 6


def test_says_when_nobody_is_there_and_when_a_colour_is_none(
    pool: Pool, astronaut: Path, tmp_path: Path
) -> None:
    Image.new("RGB", (200, 200), "skyblue").save(tmp_path / "sky.png")
    with pytest.raises(MLError, match="No people"):
        made_of(pool, tmp_path / "sky.png", tmp_path, PortraitOptions())
    with pytest.raises(MLError, match="'mauveish' is no colour"):
        made_of(pool, astronaut, tmp_path, replace(PortraitOptions(COLOUR), colour="mauveish"))


def test_runs_the_best_mask_there_is() -> None:
    best = registry.best(PERSON_MASK, registry.Policy())
    assert best is not None and best.name == MASK
