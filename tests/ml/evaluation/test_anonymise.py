"""How often somebody is found again is counted rightly, and covers meet every attacker."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import registry
from ml.evaluation import measuring
from ml.evaluation.benchmarks.anonymise import LEARNED, chosen, recognisers, searched
from ml.evaluation.measuring import Setting
from ml.evaluation.readers.samples import FITTED, REPORTED, BadData, Sample, half
from ml.pool import Pool
from ml.weights import Weights

registry.discover()
measuring.discover()
PEOPLE = np.repeat(np.arange(40), 3)
ONCE = np.ones(len(PEOPLE))


def test_faces_that_are_alike_are_found_and_noise_is_found_by_chance() -> None:
    random = np.random.default_rng(0)
    alike = np.eye(40, dtype=np.float32)[PEOPLE]
    assert searched(PEOPLE, alike).rank_1(ONCE) == 1
    noise = random.normal(size=(len(PEOPLE), 16)).astype(np.float32)
    found = searched(PEOPLE, noise)
    assert found.rank_1_of(20, ONCE) == pytest.approx(1 / 20, abs=0.03)
    same = searched(PEOPLE, np.ones((len(PEOPLE), 4), np.float32))
    assert same.rank_1(ONCE) == 0, "who looks like everybody is not found"


def test_a_small_gallery_is_the_mean_of_all_that_can_be_drawn() -> None:
    random = np.random.default_rng(1)
    vectors = random.normal(size=(len(PEOPLE), 3)).astype(np.float32)
    vectors += np.repeat(random.normal(size=(40, 3)), 3, axis=0).astype(np.float32)
    found = searched(PEOPLE, vectors)
    drawn = [
        all(random.permutation(39)[:9] >= found.nearer[place])
        for place in random.integers(0, len(PEOPLE), 4000)
    ]
    assert found.rank_1_of(10, ONCE) == pytest.approx(float(np.mean(drawn)), abs=0.03)
    assert found.rank_1_of(40, ONCE) == found.rank_1(ONCE)


def test_nobody_is_in_both_halves_and_everybody_has_two_photos() -> None:
    samples = [
        Sample(f"{who}/{photo}", Path(f"{who}/{photo}"), None, str(who))
        for who in range(60)
        for photo in range(1 + who % 6)
    ]
    sides = [chosen(samples, side, None) for side in (FITTED, REPORTED)]
    for side, inside in enumerate(sides):
        counts = [
            sum(one.identity == who for one in inside) for who in {s.identity for s in inside}
        ]
        assert min(counts) >= 2 and max(counts) == 4
        assert all(half(one.identity) == side for one in inside)
    with pytest.raises(BadData):
        chosen(samples[:1], REPORTED, None)


def test_every_attacker_speaks_of_every_cover(
    astronaut: Path, weights_folder: Path, tmp_path: Path
) -> None:
    """One person's photo under several names: nobody can be told from anybody."""
    sides: dict[int, list[str]] = {FITTED: [], REPORTED: []}
    for name in (f"p{number}" for number in range(40)):
        if len(sides[half(name)]) < 2:
            sides[half(name)].append(name)
    with Image.open(astronaut) as image:
        small = image.crop((120, 0, 370, 250))
    for name in (*sides[FITTED], *sides[REPORTED]):
        (tmp_path / name).mkdir()
        for number in range(2):
            small.save(tmp_path / name / f"{number}.png")
    pool = Pool(Weights(weights_folder))
    setting = Setting(tmp_path, ("anonymise-blur",), pool)
    measured = measuring.get("anonymise").run(setting)["anonymise-blur"]
    told = measured.score(np.ones(len(measured.identities)))
    assert (measured.n, measured.skipped, told["chance"]) == (4, 0, 0.5)
    attackers = {LEARNED, *(card.name for card in recognisers(setting))}
    assert {name.removeprefix("all_") for name in told if name.startswith("all_")} == attackers
    assert told["times_chance"] == told["rank_1"] / 0.5
