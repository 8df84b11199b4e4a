"""The values survive their way through JSON, and are compared as they should be."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml.errors import SpaceMismatch
from ml.types import (
    Artifact,
    Box,
    Claim,
    Embedding,
    Face,
    Finding,
    Mark,
    MarkKind,
    Points,
    Ran,
    Reading,
    Report,
    Space,
)

ROOT = Path(__file__).resolve().parents[2]
number = st.floats(allow_nan=False, allow_infinity=False)
text = st.text(max_size=12)
maybe_face = st.none() | st.integers(0, 9)
xy = st.tuples(number, number)
path = st.lists(xy, max_size=4).map(tuple)
box = st.builds(Box, number, number, number, number)
points = st.builds(Points, text, path)
face = st.builds(Face, box, number, st.none() | points)
reading = st.builds(
    Reading,
    model=text,
    name=text,
    value=st.none() | number | text,
    score=st.none() | number,
    face=maybe_face,
    unit=text,
    interval=st.none() | xy,
    note=text,
)
finding = st.builds(
    Finding,
    model=text,
    name=text,
    value=st.none() | text,
    claim=st.sampled_from(Claim),
    weight=st.none() | number,
    reliability=text,
    face=maybe_face,
    layer=text,
    note=text,
    group=text,
)
mark = st.builds(
    Mark,
    model=text,
    layer=text,
    kind=st.sampled_from(MarkKind),
    paths=st.lists(path, max_size=3).map(tuple),
    face=maybe_face,
    raster=st.binary(max_size=20),
    label=text,
    tone=text,
    on=st.booleans(),
)
artifact = st.builds(
    Artifact,
    model=text,
    kind=text,
    media_type=text,
    path=st.sampled_from([Path("a.png"), Path("/made/b.csv")]),
    sha256=text,
    size=st.integers(0),
    face=maybe_face,
    facts=st.dictionaries(text, text | number, max_size=3),
)
space = st.builds(Space, text, text, st.integers(0, 99))
embedding = st.builds(Embedding, st.integers(0, 9), space, st.binary(max_size=16))
ran = st.builds(Ran, text, text, text, st.integers(0, 99), number)
report = st.builds(
    Report,
    size=st.tuples(st.integers(1), st.integers(1)),
    **{
        name: st.lists(values, max_size=2).map(tuple)
        for name, values in {
            "faces": face,
            "readings": reading,
            "marks": mark,
            "artifacts": artifact,
            "embeddings": embedding,
            "findings": finding,
            "runs": ran,
            "notes": text,
        }.items()
    },
)
ANY = {
    "box": box,
    "points": points,
    "face": face,
    "reading": reading,
    "mark": mark,
    "artifact": artifact,
    "space": space,
    "embedding": embedding,
    "ran": ran,
    "report": report,
}


@pytest.mark.parametrize("name", ANY)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_value_survives_json(name: str, data: st.DataObject) -> None:
    value: Any = data.draw(ANY[name])
    assert type(value).from_json(json.loads(json.dumps(value.to_json()))) == value


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Box(0, 0, 10, 10), 1.0),
        (Box(5, 0, 15, 10), 50 / 150),
        (Box(5, 5, 15, 15), 25 / 175),
        (Box(2, 2, 4, 7), 10 / 100),
        (Box(10, 0, 20, 10), 0.0),
        (Box(30, 30, 40, 40), 0.0),
        (Box(5, 5, 5, 5), 0.0),
    ],
)
def test_overlap_is_what_is_computed_by_hand(other: Box, expected: float) -> None:
    assert Box(0, 0, 10, 10).iou(other) == pytest.approx(expected)
    assert other.iou(Box(0, 0, 10, 10)) == pytest.approx(expected)


def test_a_box_knows_its_measures() -> None:
    found = Box(10, 20, 40, 100)
    assert (found.width, found.height, found.area, found.centre) == (30, 80, 2400, (25, 60))


def test_an_inside_out_box_has_no_area() -> None:
    assert Box(5, 5, 1, 9).area == 0
    assert Box(5, 5, 1, 1).iou(Box(0, 0, 10, 10)) == 0


def test_distance_is_that_of_the_vectors() -> None:
    one, other = (Embedding.of(0, Space("m", "d", 1), np.array(v)) for v in ([0, 0], [3, 4]))
    assert one.distance(other) == 5
    assert one.array.tolist() == [0, 0]


@pytest.mark.parametrize("other", [Space("n", "d", 1), Space("m", "e", 1), Space("m", "d", 2)])
def test_embeddings_of_two_spaces_are_never_compared(other: Space) -> None:
    one = Embedding.of(0, Space("m", "d", 1), np.zeros(2))
    with pytest.raises(SpaceMismatch, match="cannot be compared"):
        one.distance(Embedding.of(0, other, np.zeros(2)))


def test_values_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Box(0, 0, 1, 1).left = 5  # type: ignore[misc]


def test_decoding_and_drawing_load_no_model_runtime() -> None:
    code = "import sys, ml.decode, ml.draw; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = {"torch", "onnxruntime", "cv2", "transformers", "django", "celery", "ai_edge_litert"}
    assert not heavy & set(done.stdout.split())


def test_the_process_that_reads_photos_loads_no_numpy() -> None:
    code = "import sys, ml.decoding.zygote, ml.decoding.child; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"numpy", "torch"} & set(done.stdout.split())
