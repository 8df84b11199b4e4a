"""The job that leaves the picture of a file and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ml import decode, pipelines
from ml.pipelines import Context
from ml.pool import Pool
from ml.protection.clean_file import GONE, KEPT, KIND, CleanInputs, CleanOptions
from ml.protection.metadata import Keep, finds
from ml.types import Report
from ml.weights import Weights
from tests.ml.protection import files

pipelines.discover()


def cleaned(photo: Path, scratch: Path | None, *keep: Keep) -> Report:
    context = Context(Pool(Weights(photo.parent)), scratch=scratch)
    report = pipelines.get(KIND).run(CleanOptions(keep), CleanInputs(photo), context)
    assert isinstance(report, Report)
    return report


def test_says_what_was_taken_out_and_not_what_it_said(tmp_path: Path) -> None:
    report = cleaned(files.full_jpeg(tmp_path / "anna-2024-05-12.jpg"), tmp_path)
    said = {reading.name: reading.value for reading in report.readings}
    assert said["where it was taken (GPS position)"] == GONE
    assert set(said.values()) == {GONE} and len(said) > 15
    assert not any(word in str(report.to_json()) for word in ("SN-4711", "Nowak", "52°"))
    (made,) = report.artifacts
    assert (made.path.name, made.facts) == ("photo.jpg", {"picture": "the same bytes"})
    assert finds(made.path) == ()


def test_says_what_it_kept(tmp_path: Path) -> None:
    report = cleaned(files.full_jpeg(tmp_path / "a.jpg"), tmp_path, Keep.DATE)
    said = {reading.name: reading.value for reading in report.readings}
    assert said["when it was taken or changed"] == KEPT
    assert said["make and model of the camera or lens"] == GONE


def test_a_turned_photo_says_why_it_was_saved_anew(tmp_path: Path) -> None:
    photo = files.full_jpeg(tmp_path / "a.jpg", orientation=6)
    report = cleaned(photo, tmp_path)
    (made,) = report.artifacts
    assert made.facts == {"picture": "saved anew"} and "upright" in report.notes[0]
    assert report.size == decode.picture(made.path).size == (48, 64)


def test_the_same_photo_gives_the_same_bytes(tmp_path: Path) -> None:
    photo = files.full_png(tmp_path / "a.png")
    (first,), (second,) = (cleaned(photo, tmp_path).artifacts for _ in range(2))
    assert first.sha256 == second.sha256
    assert np.array_equal(decode.picture(photo).pixels, decode.picture(first.path).pixels)
