"""Made pictures say that they are made: in the file, visibly, and by a number that can be read."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image

from ml import registry
from ml.contracts.marks import BITS, Marker, Pixels
from ml.generation.mark_rivagan import NAME, bits, number
from ml.generation.marking import (
    SourceType,
    badged,
    forgiven,
    key,
    packet,
    receipt_of,
    saved,
)
from ml.pool import Pool
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

registry.discover()
RECEIPTS = [f"receipt-{number}" for number in range(200)]
WHEN = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


EXIFTOOL = shutil.which("exiftool")


def said_by_exiftool(path: Path) -> dict[str, str]:
    if EXIFTOOL is None:
        pytest.skip("exiftool is not here: apt install libimage-exiftool-perl")
    done = subprocess.run([EXIFTOOL, "-j", "-XMP:all", path], capture_output=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)[0]
    return found


@pytest.fixture(scope="module")
def picture() -> Pixels:
    from skimage import data

    return np.ascontiguousarray(data.astronaut()[:384, 60:444])


@pytest.fixture(scope="module")
def marker() -> Marker:
    return cast(Marker, Pool(Weights(weights_folder())).get(NAME))


@pytest.fixture(scope="module")
def marked(picture: Pixels, marker: Marker) -> Pixels:
    return marker.marked(picture, key(RECEIPTS[7]))


@pytest.mark.parametrize("ending", ["jpg", "png", "webp"])
def test_another_program_reads_how_the_picture_came_to_be(
    tmp_path: Path, picture: Pixels, ending: str
) -> None:
    path = tmp_path / f"made.{ending}"
    saved(picture, path, packet(SourceType.RE_RENDERED, "Head turned, of the face mesh", WHEN))
    told = said_by_exiftool(path)
    assert told["DigitalSourceType"].endswith("/digitalsourcetype/compositeSynthetic")
    assert told["CreatorTool"] == "Prosopa" and "Head turned" in told["Description"]
    with Image.open(path) as image:
        assert image.size == (384, 384)
        if ending == "png":
            assert np.array_equal(np.asarray(image), picture)


def test_words_cannot_break_out_of_the_packet(tmp_path: Path, picture: Pixels) -> None:
    path = tmp_path / "made.png"
    saved(picture, path, packet(SourceType.GENERATED, "</rdf:li><evil a='\"&'>", WHEN))
    told = said_by_exiftool(path)
    assert told["Description"] == "</rdf:li><evil a='\"&'>"
    assert told["DigitalSourceType"].endswith("trainedAlgorithmicMedia")


def test_a_badge_is_legible_and_changes_its_corner_alone(picture: Pixels) -> None:
    for under in (np.zeros_like(picture), np.full_like(picture, 255), picture):
        made = badged(under)
        assert np.array_equal(made[:300], under[:300])
        assert np.array_equal(made[:, :180], under[:, :180])
        corner = made[330:, 200:].mean(2)
        assert corner.max() - corner.min() > 120


def test_numbers_are_their_bits() -> None:
    assert number(np.array(bits(0x80000001)) > 0) == 0x80000001
    assert len(bits(5)) == BITS and bits(5)[-3:] == [1, 0, 1]


def test_receipts_that_follow_each_other_have_numbers_that_do_not() -> None:
    apart = [(key(RECEIPTS[n]) ^ key(RECEIPTS[n + 1])).bit_count() for n in range(100)]
    assert 12 < np.mean(apart) < 20 and min(apart) > 3


def test_a_receipt_is_found_by_a_number_with_a_few_wrong_bits() -> None:
    exact = key(RECEIPTS[3])
    assert receipt_of([0, exact ^ 0b101], RECEIPTS) == RECEIPTS[3]
    assert receipt_of([exact ^ 0xFFFF], RECEIPTS) is None
    assert receipt_of([exact], []) is None


def test_the_more_receipts_there_are_the_fewer_bits_may_be_wrong() -> None:
    told = [forgiven(count) for count in (1, 100, 10_000, 1_000_000, 100_000_000)]
    assert told == sorted(told, reverse=True)
    assert told[0] >= 5 and told[-1] == -1


def test_a_hidden_number_is_read_again_and_hardly_seen(
    picture: Pixels, marked: Pixels, marker: Marker
) -> None:
    assert receipt_of(marker.read(marked), RECEIPTS) == RECEIPTS[7]
    off = np.square(marked.astype(float) - picture).mean()
    assert 10 * np.log10(255**2 / off) > 36


def test_it_outlives_saving_and_shrinking(marked: Pixels, marker: Marker) -> None:
    image = Image.fromarray(marked)
    file = io.BytesIO()
    image.resize((256, 256), Image.Resampling.LANCZOS).save(file, "JPEG", quality=75)
    assert receipt_of(marker.read(np.asarray(Image.open(file))), RECEIPTS) == RECEIPTS[7]


def test_an_unmarked_picture_has_no_receipt(picture: Pixels, marker: Marker) -> None:
    assert receipt_of(marker.read(picture), RECEIPTS) is None
