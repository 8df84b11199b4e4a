"""A raster of what covers the land, made small for the test: read, kept, and weighed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from ml.errors import MLError
from ml.geolocation import land_cover
from ml.geolocation.cells import earth
from ml.geolocation.evidence import Seen, gathered
from ml.geolocation.evidence_land_cover import TAKEN
from ml.geolocation.fusion import fused
from ml.geolocation.land_cover import KINDS, LEGENDS, PIXEL_SCALE, TIEPOINT

DEGREES = 0.5


def raster(path: Path, *, degrees: float = DEGREES, placed: bool = True) -> Path:
    """Ice north of the equator, crops south of it, water in the east of both; as GeoTIFF."""
    classes = np.zeros((round(180 / degrees), round(360 / degrees)), np.uint8)
    classes[: len(classes) // 2], classes[len(classes) // 2 :] = 70, 40
    classes[:, round(270 / degrees) :] = 80
    tags = ImageFileDirectory_v2()
    if placed:
        for tag, values in ((PIXEL_SCALE, (degrees, degrees, 0.0)),
                            (TIEPOINT, (0.0, 0.0, 0.0, -180.0, 90.0, 0.0))):  # fmt: skip
            tags.tagtype[tag] = 12
            tags[tag] = values
    Image.fromarray(classes).save(path, tiffinfo=tags, compression="tiff_adobe_deflate")
    return path


def test_each_cell_gets_what_lies_in_it(tmp_path: Path) -> None:
    shares = land_cover.read(raster(tmp_path / "a.tif"), "worldcover")
    where = earth().places
    assert shares.sum(1) == pytest.approx(1)
    ice, crops, water = (shares[:, KINDS.index(one)] for one in ("ice", "crops", "water"))
    plain = np.abs(where.latitude) < 75  # where cells do not reach around the pole
    west = plain & (where.longitude > -175) & (where.longitude < 88)
    assert ice[west & (where.latitude > 3)].min() > 0.99
    assert crops[west & (where.latitude < -3)].min() > 0.99
    assert water[plain & (where.longitude > 92) & (where.longitude < 175)].min() > 0.99


def test_it_is_kept_beside_the_weights(tmp_path: Path) -> None:
    assert land_cover.installed(tmp_path) is None
    shares = land_cover.read(raster(tmp_path / "a.tif"), "worldcover")
    land_cover.kept(shares, tmp_path)
    found = land_cover.installed(tmp_path)
    assert found is not None and np.abs(found - shares).max() < 0.003


def test_cells_where_photos_are_taken_count_for_more(tmp_path: Path) -> None:
    land = land_cover.read(raster(tmp_path / "a.tif"), "worldcover")
    (clue,) = gathered(Seen(land=land))
    assert clue.source == "land-cover" and clue.read
    north = (earth().places.latitude > 0) & (earth().places.longitude < 88)
    plain, covered = fused(()).mass[north].sum(), fused((clue,)).mass[north].sum()
    assert covered < 0.6 * plain
    assert fused((clue,), {clue.name}).mass[north].sum() == pytest.approx(plain)
    assert not gathered(Seen())


def test_rasters_that_are_no_small_geotiffs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MLError, match="does not say where"):
        land_cover.read(raster(tmp_path / "a.tif", placed=False), "worldcover")
    Image.new("L", (4, 4)).save(tmp_path / "b.png")
    with pytest.raises(MLError, match="does not say where"):
        land_cover.read(tmp_path / "b.png", "cci")
    fine = tmp_path / "c.tif"
    tags = ImageFileDirectory_v2()
    for tag, values in ((PIXEL_SCALE, (0.001, 0.001, 0.0)), (TIEPOINT, (0.0,) * 6)):
        tags.tagtype[tag] = 12
        tags[tag] = values
    Image.new("L", (4, 4)).save(fine, tiffinfo=tags)
    with pytest.raises(MLError, match="Make it small"):
        land_cover.read(fine, "worldcover")


def test_every_class_is_of_a_kind_that_weighs() -> None:
    assert set(TAKEN) == set(KINDS)
    assert all(set(legend.values()) <= set(KINDS) for legend in LEGENDS.values())
