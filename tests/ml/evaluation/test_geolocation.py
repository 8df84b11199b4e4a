"""Thresholds, regions and recall over area agree with what is reckoned by hand."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from ml.evaluation.benchmarks.geolocation import Located, curves, figures, measured
from ml.evaluation.readers.places import EXPECTS, PLACES
from ml.evaluation.readers.samples import BadData, Sample, read

# Four photos: on the spot, in the next town, in the same country, on the other side.
FOUND = (
    Located(0.4, (True, True), (10.0, 100.0), {"": 5.0, "phone": 5e3}),
    Located(20.0, (False, True), (2e3, 4e4), {"": 3e3}),
    Located(500.0, (False, True), (1e5, 2e6), {"": 1e6, "phone": 1e7}),
    Located(9000.0, (False, False), (1e6, 9e6), {"": 4e8}),
)
EVEN = np.ones(4)


def test_the_shares_within_each_distance() -> None:
    told = figures(FOUND, EVEN)
    wanted = {1: 0.25, 25: 0.5, 200: 0.5, 750: 0.75, 2500: 0.75}
    assert {km: told[f"within_{km}"] for km in wanted} == wanted
    assert told["median_km"] == 20.0


def test_the_regions_that_hold_the_truth_and_their_areas() -> None:
    told = figures(FOUND, EVEN)
    assert told["held_50"] == 0.25 and told["held_90"] == 0.75
    assert told["median_km2_90"] == 4e4 and told["median_km2_50"] == 2e3


def test_recall_over_area_with_and_without_a_source() -> None:
    told = figures(FOUND, EVEN)
    assert [told[f"recall_1e{power}"] for power in (2, 4, 6, 8)] == [0.25, 0.5, 0.75, 0.75]
    without = [told[f"without_phone_recall_1e{power}"] for power in (2, 4, 6, 8)]
    assert without == [0.0, 0.5, 0.5, 0.75]


def test_a_photo_that_was_drawn_twice_counts_twice() -> None:
    told = figures(FOUND, np.array([3.0, 0.0, 0.0, 1.0]))
    assert told["within_1"] == 0.75 and told["median_km"] == 0.4
    assert np.isnan(figures(FOUND, np.zeros(4))["within_1"])


def test_the_curve_rises_to_the_same_shares() -> None:
    lines = curves(FOUND).curves
    everything = dict(lines["all evidence"])
    assert max(everything.values()) == 1.0
    assert everything[min(everything, key=lambda area: abs(area - 5e4))] == 0.5
    assert all(later[1] >= sooner[1] for curve in lines.values()
               for sooner, later in pairwise(curve))  # fmt: skip


def test_groups_are_told_apart() -> None:
    samples = [Sample(f"{i}", Path("x"), (0.0, 0.0), f"{i}", {"kind": kind})
               for i, kind in enumerate(("sign", "sign", "sign", "clueless"))]  # fmt: skip
    assert measured(samples, FOUND, 0).groups == {"kind": ("sign", "sign", "sign", "clueless")}


def a_photo(path: Path, exif: Image.Exif | None = None) -> None:
    Image.new("RGB", (8, 8)).save(path, exif=Image.Exif() if exif is None else exif)


def test_a_table_says_where_photos_were_taken(tmp_path: Path) -> None:
    a_photo(tmp_path / "a.jpg")
    (tmp_path / "places.csv").write_text("image,lat,lon,kind\na.jpg,43.5,-11.25,sign\n")
    (sample,) = read(tmp_path, PLACES, EXPECTS)
    assert sample.truth == (43.5, -11.25) and sample.groups == {"kind": "sign"}
    (tmp_path / "places.csv").write_text("image,lat,lon\na.jpg,95,0\n")
    with pytest.raises(BadData, match="line 2: lat is 95"):
        read(tmp_path, PLACES, EXPECTS)


def test_without_a_table_files_say_it_themselves(tmp_path: Path) -> None:
    exif = Image.Exif()
    south = (IFDRational(33), IFDRational(30), IFDRational(0))
    exif.get_ifd(34853).update({1: "S", 2: south, 3: "E", 4: (151.0, 15.0, 0.0)})
    a_photo(tmp_path / "a.jpg", exif)
    a_photo(tmp_path / "nowhere.jpg")
    (sample,) = read(tmp_path, PLACES, EXPECTS)
    assert sample.truth == pytest.approx((-33.5, 151.25))
