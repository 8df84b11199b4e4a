"""The job "locate": the ledger of a file, with and without what the file itself says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from ml import registry
from ml.errors import MLError
from ml.geolocation.clues import Clue, Disc
from ml.geolocation.ledger import Ledger, answered
from ml.geolocation.location_ledger import KIND as LEDGER
from ml.geolocation.pipeline import LocateInputs, LocateOptions, locate
from ml.pipelines import Context
from ml.pool import Pool
from ml.types import Report
from ml.weights import Weights
from tests.conftest import SHARED

registry.discover()
MODELS = ("dbnet-text", "ppocr-writing", "location-ledger")
AREZZO = 43.467448, 11.885127
PLACES = SHARED / "photos/places"


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


def photo(path: Path, *, gps: bool = True) -> Path:
    """A grey picture that was taken in Arezzo, as its file says."""
    exif = Image.Exif()
    if gps:
        exif.get_ifd(34853).update({1: "N", 2: parts(AREZZO[0]), 3: "E", 4: parts(AREZZO[1])})
        exif.get_ifd(34665).update({36867: "2008:10:22 16:29:49", 36881: "+02:00"})
    Image.fromarray(np.full((90, 120, 3), 120, np.uint8)).save(path, exif=exif)
    return path


def parts(degrees: float) -> tuple[IFDRational, ...]:
    return IFDRational(int(degrees)), IFDRational(0), IFDRational(round(degrees % 1 * 3.6e7), 10**4)


def located(pool: Pool, path: Path, scratch: Path, **options: Any) -> tuple[Report, Ledger]:
    context = Context(pool, scratch=scratch)
    report = locate(LocateOptions(**options), LocateInputs(path, MODELS), context)
    (file,) = [one for one in report.artifacts if one.kind == LEDGER]
    return report, Ledger.from_json(json.loads(file.path.read_bytes()))


def test_a_position_in_the_file_is_answered_to_the_metre(pool: Pool, tmp_path: Path) -> None:
    report, ledger = located(pool, photo(tmp_path / "a.jpg"), tmp_path)
    assert ledger.answer.km_to(*AREZZO) < 0.001
    assert ledger.answer.region(0.9).holds(*AREZZO) and ledger.answer.region(0.9).km2 < 0.1
    assert {"exif-gps", "exif-time"} <= set(ledger.sources)
    area = next(one for one in report.readings if one.name == "region of 90 %")
    assert area.value == ledger.answer.region(0.9).km2 and area.unit == "km2"


def test_without_it_the_answer_is_that_of_a_file_that_never_had_it(
    pool: Pool, tmp_path: Path
) -> None:
    """No evidence reads the truth where it is hidden."""
    bare = photo(tmp_path / "bare.jpg", gps=False)
    hidden, ledger = located(pool, photo(tmp_path / "a.jpg"), tmp_path, metadata=False)
    never, other = located(pool, bare, tmp_path)
    assert ledger == other and not ledger.clues
    assert untimed(hidden) == untimed(never)


def untimed(report: Report) -> Report:
    runs = tuple(replace(run, seconds=0.0) for run in report.runs)
    return replace(report, runs=runs, artifacts=())


def test_struck_out_the_position_no_longer_counts(pool: Pool, tmp_path: Path) -> None:
    _, ledger = located(pool, photo(tmp_path / "a.jpg"), tmp_path)
    assert ledger.struck({"exif-gps", "exif-time"}).region(0.9).km2 > 10e6
    without = next(one for one in ledger.without if one.clue.startswith("exif-gps"))
    assert without.km2 > 1e5


def test_a_persons_word_counts(pool: Pool, tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg", gps=False)
    _, ledger = located(pool, path, tmp_path, place="it was in Portugal")
    assert ledger.sources == ("word",) and ledger.answer.places[0].country == "PT"


def test_what_is_no_moment_or_no_shadow_is_refused(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(MLError, match="write YYYY-MM-DD HH:MM"):
        located(pool, photo(tmp_path / "a.jpg"), tmp_path, moment="noon")
    with pytest.raises(ValueError, match="six numbers"):
        LocateOptions(shadow=(1.0, 2.0))


@pytest.mark.skipif(not PLACES.is_dir(), reason="needs shared/photos/places")
def test_real_photos_are_placed_by_their_files(pool: Pool, tmp_path: Path) -> None:
    _, ledger = located(pool, PLACES / "DSCN0010.jpg", tmp_path)
    assert ledger.answer.km_to(*AREZZO) < 0.005


def test_an_exact_position_names_the_towns_beside_it() -> None:
    """Far from every town it is the nearest, and not the largest on Earth."""
    for point, town in ((AREZZO, "Arezzo"), ((46.9, 10.9), "IT AT CH")):
        disc = Disc(*point, 0.01)
        clue = Clue("exif-gps: x", "exif-gps", "Position", "x", "there", None, (disc,), 1e-6)
        answer = answered([clue])
        first = answer.places[0]
        assert town == first.name or first.country in town.split()
        assert answer.countries[0][0] == first.country and answer.km_to(*point) < 0.001
