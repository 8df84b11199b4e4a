"""How the portraits benchmark counts, and that it goes on where it was stopped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import decode, registry
from ml.evaluation import measuring
from ml.evaluation.benchmarks.portraits import chosen, measured, scored
from ml.evaluation.measuring import Setting
from ml.evaluation.portrayals import FAR_WARP, STILL, TURNS, WARP, Judges, Tally, place, portrayed
from ml.evaluation.readers.samples import REPORTED, BadData, Sample, half
from ml.pool import Pool
from ml.weights import Weights

registry.discover()
measuring.discover()


def tally(share: float, *, seen: bool = True, matched: bool = True) -> Tally:
    return Tally(
        turned=dict.fromkeys(TURNS, share),
        matched={"judge": [matched]},
        seen=dict.fromkeys(("smile", "laugh", "surprise", "frown", "sad"), seen),
        dragged=[0.0],
        score=[0.9],
        seconds=[0.5],
        timed=2.0,
    )


def samples(count: int) -> list[Sample[None]]:
    return [Sample(f"{n}/0", Path(f"{n}/0.jpg"), None, str(n)) for n in range(count)]


def test_a_portrait_counts_as_turned_from_seven_tenths_of_what_was_asked() -> None:
    told = scored([tally(0.71), tally(0.69)], np.ones(2))
    assert told["turned_15"] == told["turned_25"] == 0.5
    assert told["ratio_25"] == pytest.approx(0.7)


def test_people_that_are_drawn_twice_count_twice() -> None:
    told = scored([tally(1.0, matched=True), tally(1.0, matched=False)], np.array([3.0, 1.0]))
    assert told["matched_judge"] == 0.75


def test_what_must_lose_stands_beside_it() -> None:
    people = [{"": tally(1.0), STILL: tally(0.0, seen=False), WARP: tally(0.5)}]
    people[0][FAR_WARP] = replace(tally(1.0), seen={}, seconds=[], score=[0.6])
    told = measured(samples(1), people, 0).score(np.ones(1))
    assert (told["turned_25"], told["still_turned_25"], told["warp_turned_25"]) == (1, 0, 0)
    assert (told["detector"], told["far_warp_detector"]) == (0.9, 0.6)
    assert (told["seen"], told["still_seen"], told["seconds_768"]) == (1, 0, 2)


def test_one_photo_each_of_people_that_nothing_was_tuned_on() -> None:
    twice = [*samples(30), *(Sample(f"{n}/1", Path("x"), None, str(n)) for n in range(30))]
    some = chosen(twice)
    assert 5 < len(some) == len({one.identity for one in some})
    assert all(half(one.identity) == REPORTED for one in some)
    assert [s.identity for s in chosen(twice[::-1])] == [s.identity for s in some]
    with pytest.raises(BadData):
        chosen([])


def test_what_was_judged_once_is_kept_for_the_next_run(
    tmp_path: Path, astronaut: Path, weights_folder: Path
) -> None:
    setting = Setting(tmp_path, ("mesh-portraits",), Pool(Weights(weights_folder)), keep=tmp_path)
    judges = Judges(setting)
    sample = Sample("astronaut", astronaut, None, "astronaut")
    first = portrayed(setting, "mesh-portraits", sample, decode.picture(astronaut), judges)
    assert first is not None and first[""].seconds
    for degrees, far in first[FAR_WARP].turned.items():
        assert far > first[WARP].turned[degrees] - 0.01, "asked for more, it turns farther"
    again = portrayed(setting, "mesh-portraits", sample, decode.picture(astronaut), judges)
    assert again == first, "seconds too, so that nothing was made anew"


def test_a_photo_that_gives_no_portrait_is_kept_as_that(
    tmp_path: Path, weights_folder: Path
) -> None:
    empty = tmp_path / "empty.png"
    Image.new("RGB", (300, 300), "white").save(empty)
    setting = Setting(tmp_path, ("mesh-portraits",), Pool(Weights(weights_folder)), keep=tmp_path)
    judges = Judges(setting)
    sample = Sample("empty", empty, None, "nobody")
    assert portrayed(setting, "mesh-portraits", sample, decode.picture(empty), judges) is None
    kept = tmp_path / place(setting, "mesh-portraits", sample, judges)
    assert kept.read_text() == "null"
