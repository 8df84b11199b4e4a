"""How makers of pictures are measured, by hand and with a stand-in maker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ml import registry
from ml.contracts.generators import Brief, Candidate, Generator, Made, Preview, unseen
from ml.contracts.portraits import SEEN_AS, Wish
from ml.errors import MLError
from ml.evaluation import makers, measuring
from ml.evaluation.benchmarks.generation import measured, run
from ml.evaluation.made_pictures import PHOTO, STRANGER, TURNS, Tally
from ml.evaluation.makers import LOOKS, WORDS, impartial
from ml.evaluation.measuring import Measured, Setting
from ml.evaluation.peak import Peak
from ml.evaluation.portrayals import Judged, Judges
from ml.evaluation.readers.samples import REPORTED, BadData, Sample, half
from ml.evaluation.running import chosen
from ml.pool import Pool
from ml.progress import Progress, silent
from ml.registry import ModelCard
from ml.weights import Weights
from tests.ml.generation import tiny_diffusion

registry.discover()
measuring.discover()
Floats = NDArray[np.float32]


def tally(*away: float, turn: float = 1.0, seen: bool = True) -> Tally:
    return Tally(
        away={"judge": list(away)},
        apart={"judge": 0.2},
        turned=dict.fromkeys(TURNS, turn),
        seen=dict.fromkeys(SEEN_AS, seen),
        score=[0.9, 0.7],
        one_face=[True, False],
        seconds=[1.0, 3.0, 2.0],
        memory=500.0,
    )


def figures(*told: Tally | None, weights: tuple[float, ...] = ()) -> dict[str, float]:
    samples = [Sample(str(n), Path(str(n)), None, str(n)) for n in range(len(told))]
    lost = {PHOTO: tally(0.1, turn=0.0, seen=False), STRANGER: tally(2.0)}
    rows = [None if one is None else {"": one, **lost} for one in told]
    found = measured(samples, rows, ("judge", "conditioned"))
    return dict(found.score(np.array(weights or (1.0,) * len(told))))


def test_a_picture_is_the_persons_from_within_the_distance_of_strangers() -> None:
    found = figures(tally(0.5, 0.9, 1.0, 10.0), tally(0.3, 0.4, 0.6, 0.7))
    assert found["matched_judge"] == pytest.approx((2 / 4 + 1) / 2)
    assert found["away_judge"] == pytest.approx(0.6)  # the fourth of eight
    assert found["apart"] == found["apart_judge"] == 0.2
    assert (found["detector"], found["one_face"]) == (0.8, 0.5)
    assert (found["seconds"], found["memory_mb"]) == (2.0, 500.0)


def test_who_goes_by_a_recogniser_is_not_judged_by_it() -> None:
    found = figures(tally(0.5))
    assert isnan(found["matched_conditioned"]) and found["matched"] == 1


def test_people_that_are_drawn_twice_count_twice_and_those_refused_not_at_all() -> None:
    found = figures(tally(0.5), tally(2.0), None, weights=(3.0, 1.0, 5.0))
    assert found["matched"] == 0.75


def test_a_turn_counts_from_seven_tenths_and_what_was_not_asked_is_not_told() -> None:
    blind = replace(tally(0.5), turned={}, seen={}, agreement=[])
    assert figures(tally(0.5, turn=0.71), tally(0.5, turn=0.69))["turned"] == 0.5
    found = figures(blind)
    assert all(isnan(found[name]) for name in ("turned", "ratio", "seen", "seen_sad", "agreement"))


def test_what_must_lose_stands_beside_it() -> None:
    found = figures(tally(0.5))
    assert (found["photo_turned"], found["photo_seen"], found["stranger_matched"]) == (0, 0, 0)


class Copyist(Generator):
    """Gives the face as it was given it, upright, in the size asked for."""

    embedder: ClassVar[str] = "dlib-resnet"
    asked: ClassVar[list[Brief]] = []

    def make(self, brief: Brief, progress: Progress = silent, preview: Preview = unseen) -> Made:
        self.asked.append(brief)
        face = brief.faces[0]
        assert face.embeddings[self.embedder].shape == (128,) and face.mesh is not None
        pixels = cv2.resize(face.chip, (brief.width, brief.height)).astype(np.uint8)
        found = Candidate(pixels, brief.seed)
        return Made((found,), "copyist", "", 1, 1.0, brief.width, brief.height, 1, "cpu")


class Mover(Copyist):
    """Takes a pose, and does nothing with it."""

    def stood(
        self, mesh: NDArray[np.float64], wish: Wish, width: int, height: int
    ) -> NDArray[np.float64] | None:
        return mesh + wish.yaw


class Unable(Copyist):
    def make(self, brief: Brief, progress: Progress = silent, preview: Preview = unseen) -> Made:
        raise MLError("It makes nothing of this face.")


def card(name: str) -> ModelCard:
    return replace(registry.get("arc2face").card, name=name, title=name, weights=())


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for kind in (Copyist, Mover, Unable):
        monkeypatch.setattr(kind, "card", card(kind.__name__.lower()), raising=False)
        monkeypatch.setitem(registry._models, kind.card.name, kind)
    Copyist.asked.clear()
    yield


@pytest.fixture
def people(tmp_path: Path, astronaut: Path) -> Path:
    """Two people of the half that is told of, both with the astronaut's face."""
    folder = tmp_path / "people"
    names = [name for name in (f"p{n}" for n in range(20)) if half(name) == REPORTED]
    for name in names[:2]:
        (folder / name).mkdir(parents=True)
        Image.open(astronaut).save(folder / name / f"{name}_0001.png")
    return folder


def told(models: tuple[str, ...], people: Path, weights: Path) -> dict[str, Measured]:
    return run(Setting(people, models, Pool(Weights(weights)), limit=2))


def whole(one: Measured) -> dict[str, Any]:
    return dict(one.score(np.ones(len(one.identities))))


def test_a_copy_is_the_person_and_neither_varies_nor_moves(
    stand_ins: None, people: Path, weights_folder: Path
) -> None:
    found = told(("copyist", "unable"), people, weights_folder)
    copies = whole(found["copyist"])
    assert copies["matched"] == 1 and copies["away_faceres-embedding"] < 0.5
    assert isnan(copies["matched_dlib-resnet"]), "it goes by that one"
    assert isnan(copies["matched_fused-embedding"]), "a part of it is that one"
    assert copies["apart"] == 0 and isnan(copies["turned"]) and copies["one_face"] == 1
    assert copies["photo_matched"] == 1 and copies["photo_turned"] == 0
    assert copies["seen_smile"] == copies["photo_seen_smile"]
    assert copies["seconds"] > 0 and copies["memory_mb"] > 50
    assert {one.prompt for one in Copyist.asked} == {WORDS, *LOOKS.values()}
    refused = found["unable"]
    assert (refused.n, refused.counts["refused"]) == (0, 2)
    assert isnan(whole(refused)["matched"]) and whole(refused).keys() == copies.keys()


def test_who_follows_a_mesh_is_asked_to_turn(
    stand_ins: None, people: Path, weights_folder: Path
) -> None:
    found = whole(told(("mover",), people, weights_folder)["mover"])
    assert found["turned"] == 0 and abs(found["ratio"]) < 0.2, "it does not"
    posed = [one.landmarks for one in Copyist.asked if one.landmarks is not None]
    assert len(posed) == 2 * (len(TURNS) + len(SEEN_AS))


def test_nobody_portrayed_is_said_with_the_reason(
    stand_ins: None, people: Path, weights_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Floats] = []
    usual = Judges.judged

    def judged(self: Judges, pixels: Floats) -> Judged:
        seen.append(pixels)
        return usual(self, pixels)

    monkeypatch.setattr(Judges, "judged", judged)
    with pytest.raises(BadData, match=r"of anybody in this folder\. It makes nothing of this face"):
        told(("unable",), people, weights_folder)
    assert len(seen) <= 6, "what must lose is looked at once, whatever is wished of it"


def test_finished_people_are_kept(
    stand_ins: None, people: Path, weights_folder: Path, tmp_path: Path
) -> None:
    setting = Setting(people, ("copyist",), Pool(Weights(weights_folder)), 2, keep=tmp_path)
    first = whole(run(setting)["copyist"])
    made = len(Copyist.asked)
    assert whole(run(setting)["copyist"]) == pytest.approx(first, nan_ok=True)
    assert len(Copyist.asked) == made


def test_a_diffusion_model_runs_through_it(
    people: Path, weights_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random weights make no face: each picture is as far from the person as can be."""
    kind = type(tiny_diffusion.loaded("plus-face", tmp_path))
    for folder in weights_folder.iterdir():
        if folder.is_dir():
            (tmp_path / "weights" / folder.name).symlink_to(folder)
    monkeypatch.setattr(makers, "STEPS", 1)
    monkeypatch.setattr(makers, "SIDE", 256)
    monkeypatch.setattr(kind, "side", 256)
    monkeypatch.setitem(registry._models, "ip-adapter-plus-face", kind)
    found = whole(told(("ip-adapter-plus-face",), people, tmp_path / "weights")
                  ["ip-adapter-plus-face"])  # fmt: skip
    assert (found["matched"], found["one_face"], found["detector"]) == (0, 0, 0)
    assert found["away_dlib-resnet"] == 10 and found["turned"] == 0
    assert found["photo_matched"] == 1


def test_every_maker_that_is_installed_is_measured(stand_ins: None, weights_folder: Path) -> None:
    names = chosen(measuring.get("generation"), (), Weights(weights_folder))
    assert set(names) == {"copyist", "mesh-portraits", "mover", "unable"}


def test_recognisers_that_share_weights_with_one_are_partial() -> None:
    assert impartial("dlib-resnet", ()) and not impartial("dlib-resnet", ("dlib-resnet",))
    assert not impartial("fused-embedding", ("dlib-resnet",))
    assert impartial("faceres-embedding", ("dlib-resnet", "antelopev2"))


def test_memory_is_the_highest_of_a_stretch() -> None:
    with Peak() as little:
        pass
    with Peak() as much:
        np.ones(200 * 2**17)  # 200 MB
    assert much.megabytes > little.megabytes + 150
    with Peak() as after:
        pass
    assert after.megabytes < much.megabytes - 150
