"""People who do not exist are apart from each other and from everybody known, and it is proved."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from PIL import Image

from ml import registry
from ml.contracts.generators import (
    Brief,
    Candidate,
    Floats,
    Generator,
    Made,
    Pixels,
    Preview,
    unseen,
)
from ml.errors import Cancelled, MLError
from ml.generation.identities import Builder, Limits, Order
from ml.generation.identities_asked import makers
from ml.generation.nobody import drawn, is_nobody, likest, unit
from ml.progress import Progress, silent
from ml.registry import Device
from ml.weights import Weights

LIKE = np.random.default_rng(3).normal(size=(200, 64)).astype(np.float32)
ORDER = Order(4, 3, Limits(1.0, within=0.1, drawn=0.5), side=256)


class Painter(Generator):
    """Paints an embedding as grey squares, with some noise by the seed: a judge can read it."""

    embedder: ClassVar[str] = "antelopev2"
    noise: ClassVar[float] = 12.0

    def make(self, brief: Brief, progress: Progress = silent, preview: Preview = unseen) -> Made:
        for step in range(2):
            progress(step, 2)
        values = brief.faces[0].embeddings[self.embedder].reshape(8, 8)
        noise = np.random.default_rng(brief.seed).normal(size=(8, 8)) * self.noise
        grey = (128 + 300 * values + noise).clip(0, 255).astype(np.uint8)
        pixels = np.repeat(np.kron(grey, np.ones((8, 8), np.uint8))[..., None], 3, 2)
        return Made((Candidate(pixels, brief.seed),), "painter", "", 1, 1.0, 64, 64, 1, "cpu")


class Still(Painter):
    noise: ClassVar[float] = 0.0


class Wild(Painter):
    noise: ClassVar[float] = 150.0


def read(pixels: Pixels) -> Floats:
    values: Floats = (pixels[4::8, 4::8, 0].astype(np.float32).ravel() - 128) / 300
    return values


@pytest.fixture
def painter(tmp_path: Path) -> Painter:
    registry.discover()
    Painter.card = Still.card = Wild.card = registry.get("arc2face").card
    return Painter(Weights(tmp_path), Device.CPU)


def test_identities_are_drawn_apart_from_each_other_and_from_those_known() -> None:
    known = {"somebody": LIKE[0]}
    first = drawn(40, LIKE, 0.3, 7, known)
    cosines = first @ first.T - np.eye(40)
    assert first.shape == (40, 64) and cosines.max() <= 0.3 + 1e-6
    assert (first @ unit(LIKE[0])).max() <= 0.3 + 1e-6
    assert (drawn(40, LIKE, 0.3, 7, known) == first).all()
    assert (drawn(40, LIKE, 0.3, 8, known) != first).any()
    with pytest.raises(MLError, match="of 40 identities so far apart"):
        drawn(40, LIKE, -0.2, 7)


def test_they_are_spread_as_people_are() -> None:
    narrow = LIKE * np.linspace(3, 0.1, 64, dtype=np.float32)
    made = drawn(60, narrow, 0.99, 1)
    wide = np.abs(made[:, :8]).mean() / np.abs(made[:, -8:]).mean()
    theirs = np.abs(unit(narrow)[:, :8]).mean() / np.abs(unit(narrow)[:, -8:]).mean()
    assert wide == pytest.approx(theirs, rel=0.4)


def test_a_face_is_nobody_where_no_one_known_is_like_it() -> None:
    known = {"one": LIKE[:3], "two": LIKE[3]}
    near = LIKE[1] + 0.1 * LIKE[9]
    found = likest(near, known)
    assert found is not None and found.name == "one" and found.cosine > 0.9
    assert not is_nobody(near, known, 0.5) and is_nobody(LIKE[20], known, 0.5)
    assert is_nobody(near, {}, 0.5)


def test_the_manifest_proves_what_lies_in_the_folder(painter: Painter, tmp_path: Path) -> None:
    path = Builder(painter, LIKE, read, "other").build(ORDER, tmp_path / "made")
    told = json.loads(path.read_text())
    files = sorted((tmp_path / "made").rglob("*.jpg"))
    assert [one.relative_to(path.parent).as_posix() for one in files] == sorted(told["files"])
    assert files[0].relative_to(path.parent).as_posix() == "Nobody_0001/Nobody_0001_0001.jpg"
    assert (told["identities"], told["pictures"], told["judged-by"]) == (4, 12, "other")
    assert told["least-distance-between-identities"] >= 1.0
    assert told["least-spread-within-an-identity"] >= 0.1
    assert told["most-spread-within-an-identity"] <= 1.0
    assert told["compared-with-people-known"] == 0
    assert told["least-distance-to-people-known"] is None
    assert told["digital-source-type"] == "trainedAlgorithmicMedia"
    assert b"trainedAlgorithmicMedia" in files[0].read_bytes()
    for one in files:
        entry = told["files"][one.relative_to(path.parent).as_posix()]
        assert entry["sha256"] == sha256(one.read_bytes()).hexdigest()
    again = Builder(painter, LIKE, read, "other").build(ORDER, tmp_path / "again")
    assert again.read_text() == path.read_text()
    assert np.asarray(Image.open(files[0])).shape == (64, 64, 3)


def test_identities_beyond_the_limits_are_left_out_and_too_many_of_them_are_said(
    painter: Painter, tmp_path: Path
) -> None:
    still = Still(painter.weights, Device.CPU)
    with pytest.raises(MLError, match="12 with pictures all alike"):
        Builder(still, LIKE, read, "other").build(ORDER, tmp_path / "still")
    with pytest.raises(MLError, match="12 without a face of an adult"):
        Builder(painter, LIKE, lambda _: None, "other").build(ORDER, tmp_path / "blind")
    vectors = drawn(12, LIKE, 0.5, ORDER.seed)
    path = Builder(painter, LIKE, read, "other", {"somebody": vectors[:1]}).build(
        ORDER, tmp_path / "known"
    )
    told = json.loads(path.read_text())
    assert told["left-out"] == {"like somebody known": 1}
    assert told["least-distance-to-people-known"] >= 1.0
    wild = Wild(painter.weights, Device.CPU)
    with pytest.raises(MLError, match="12 with pictures of more than one"):
        Builder(wild, LIKE, read, "other").build(ORDER, tmp_path / "wild")


def test_files_are_finished_before_their_digest_is_taken(painter: Painter, tmp_path: Path) -> None:
    def signed(path: Path) -> None:
        path.write_bytes(path.read_bytes() + b"signed")

    path = Builder(painter, LIKE, read, "other", finish=signed).build(ORDER, tmp_path)
    for name, entry in json.loads(path.read_text())["files"].items():
        whole = (tmp_path / name).read_bytes()
        assert whole.endswith(b"signed") and entry["sha256"] == sha256(whole).hexdigest()


def test_who_conditions_does_not_judge_and_who_goes_by_looks_is_refused(
    painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MLError, match="choose another recogniser"):
        Builder(painter, LIKE, read, "antelopev2")
    monkeypatch.setattr(Painter, "embedder", "")
    with pytest.raises(MLError, match="goes by no embedding"):
        Builder(painter, LIKE, read, "other")


def test_it_stops_when_asked(painter: Painter, tmp_path: Path) -> None:
    def stop(done: int, total: int, message: str = "") -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        Builder(painter, LIKE, read, "other").build(replace(ORDER), tmp_path, stop)
    assert len(list(tmp_path.glob("Nobody_*"))) == 2


def test_makers_that_see_a_face_beside_its_embedding_make_up_nobody() -> None:
    assert "ip-adapter-faceid" in makers() and "ip-adapter-faceid-plus" not in makers()


def test_a_set_is_cancelled_within_a_person_and_not_only_after(
    painter: Painter, tmp_path: Path
) -> None:
    steps = []

    def cancel(done: int, total: int, message: str = "") -> None:
        steps.append(done)
        if len(steps) == 3:  # before the first person, and at two steps of their first picture
            raise Cancelled

    with pytest.raises(Cancelled):
        Builder(painter, LIKE, read, "other").build(ORDER, tmp_path / "made", cancel)
    assert steps == [0, 0, 0] and not list((tmp_path / "made").rglob("*.jpg"))
