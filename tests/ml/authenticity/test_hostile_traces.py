"""Descriptions at the limits of what can be written neither fail a job nor hide what they say."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from PIL import Image

from ml.authenticity.metadata_dates import MetadataDates
from ml.xmp.flat import END, LONGEST_NAME, MOST_LETTERS, flat
from tests.ml.authenticity.test_traces import (
    DIGITISED,
    GREY,
    SETTINGS,
    TAKEN,
    ZONE,
    by_name,
    exif,
    notes,
    png,
    thumbnailed,
    verdict,
    xmp,
)


@pytest.mark.parametrize("taken", ["0001:01:01 00:00:00", "9999:12:31 23:59:59"])
def test_times_at_the_ends_of_the_calendar_are_no_times(tmp_path: Path, taken: str) -> None:
    path = tmp_path / "a.jpg"
    zone = "+14:00" if taken.startswith("0") else "-12:00"
    GREY.save(
        path,
        exif=exif({306: taken}, {TAKEN: taken, DIGITISED: taken, ZONE: zone},
                  t29="2026:11:01", t7=(10.0, 0.0, 0.0)),
    )  # fmt: skip
    found = by_name(MetadataDates, path)["times"]
    assert (found.value, found.note) == (None, "the file names no time of taking")


def test_a_time_of_changing_at_the_end_of_the_calendar_is_left_out(tmp_path: Path) -> None:
    GREY.save(
        tmp_path / "a.jpg", exif=exif({306: "9999:12:31 23:59:59"}, {TAKEN: "2026:11:01 12:00:00"})
    )
    found = by_name(MetadataDates, tmp_path / "a.jpg")["times"]
    assert found.value == "nothing contradicts the time of taking"


@pytest.mark.parametrize(
    ("photo", "small"),
    [((2600, 120), (160, 120)), ((120, 2600), (160, 120)), ((30, 30), (1024, 24))],
)
def test_small_pictures_of_another_shape_are_compared_as_far_as_they_reach(
    tmp_path: Path, photo: tuple[int, int], small: tuple[int, int]
) -> None:
    large, little = (Image.effect_noise(size, 90).convert("RGB") for size in (photo, small))
    said, _ = verdict(thumbnailed(tmp_path / "a.jpg", large, little))
    assert said.startswith("shows ")


def test_a_small_packet_does_not_become_a_large_answer() -> None:
    name = "n" * 60_000
    (found,) = flat(xmp(f"<e:{name}>v</e:{name}>"))
    assert found == (name[:LONGEST_NAME], "v")
    inner = "".join(f"<e:k{i}>v</e:k{i}>" for i in range(1900))
    deep = [f"e:{'d' * LONGEST_NAME}" for _ in range(50)]
    packet = xmp("".join(f"<{one}>" for one in deep) + inner + "".join(f"</{d}>" for d in deep))
    assert len(packet) < MOST_LETTERS
    assert flat(packet) == []


LONG = "a woman in a red coat, " * 4000  # longer than what is kept
GRAPH = json.dumps({"3": {"inputs": {"text": "a face " * 100}, "class_type": "KSampler"}})
JOB = "Job ID: 0aa8dc46-dcad-4526-bb47-2a64eb8eb0fe"
COMMENT = "<e:UserComment><rdf:Alt><rdf:li>{}</rdf:li></rdf:Alt></e:UserComment>"


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("a.webp", {"exif": exif({272: f"prompt:{GRAPH}"})}, "a graph of ComfyUI"),
        ("a.webp", {"exif": exif({271: f'workflow:{{"a": "{LONG}", "nodes": []}}'})}, "ComfyUI"),
        ("a.jpg", {"xmp": xmp(COMMENT.format(SETTINGS))}, "settings of Stable Diffusion"),
        ("a.jpg", {"xmp": xmp(COMMENT.format(LONG[:30_000] + SETTINGS))}, "Stable Diffusion"),
        ("a.jpg", {"exif": exif({270: f"{LONG[:2000]} --v 6 {JOB}"})}, "number of Midjourney"),
        ("a.png", {"pnginfo": png(parameters=LONG + SETTINGS)}, "settings of Stable Diffusion"),
    ],
)  # fmt: skip
def test_notes_are_found_behind_long_prompts(
    tmp_path: Path, name: str, options: dict[str, object], words: str
) -> None:
    assert len(LONG) > 2 * END
    GREY.save(tmp_path / name, **options)
    assert words in notes(tmp_path / name)


def test_what_looks_like_settings_over_and_over_is_searched_at_once(tmp_path: Path) -> None:
    texts = {f"t{number}": "Steps: 1, " * 4000 for number in range(40)}
    GREY.save(tmp_path / "a.png", pnginfo=png(**texts))
    began = time.monotonic()
    assert notes(tmp_path / "a.png") == "none found"
    assert time.monotonic() - began < 3
