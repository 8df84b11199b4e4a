"""Parsing: outlines and colours by hand, a real head, neighbours, borders and small faces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ml import decode, geometry, registry
from ml.analysis.parsing_colours import Frame, estimated
from ml.analysis.parsing_mesh import NAME, SIZE
from ml.analysis.parsing_outlines import NUMBER, inside, outlined
from ml.contracts import DETECTION, MESH, PARTS, Iris, Output, Parsed, View
from ml.evaluation.benchmarks.parsing import drawn
from ml.facewise import TOO_SMALL
from ml.landmarks import OVAL
from ml.pool import Pool
from ml.registry import Task
from ml.types import Face, Picture
from ml.weights import Weights
from tests.contracts.pictures import BEYOND, TINY, cut_off, mirrored, upside_down

STEPS = ("mediapipe-mesh", "mesh-pose", "mediapipe-iris", NAME)
IDENTITY = np.array([(1.0, 0, 0), (0, 1, 0)])


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    registry.discover()
    return Pool(Weights(weights_folder))


@pytest.fixture(scope="module")
def portrait(astronaut: Path) -> Picture:
    return decode.picture(astronaut)


def parsed(
    pool: Pool, picture: Picture, faces: tuple[Face, ...] | None = None
) -> tuple[View, Output]:
    faces = pool.run("centerface", View(picture)).faces if faces is None else faces
    outputs: dict[Task[object], Output] = {DETECTION: Output(faces=faces)}
    for name in STEPS:
        card = registry.get(name).card
        view = View(picture, faces, {task: outputs[task] for task in card.needs})
        outputs[card.task] = pool.run(name, view)
    return View(picture, faces, outputs), outputs[card.task]


def head(output: Output, face: int = 0) -> Parsed:
    found: Parsed = output.data.heads[face]
    return found


def part_at(one: Parsed, x: float, y: float) -> str:
    column, row = geometry.moved(one.transform, [(x, y)])[0].round().astype(int)
    return PARTS[one.labels[row, column]]


def iou(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    return float((first & second).sum() / (first | second).sum())


def test_a_square_by_hand_holds_its_pixels() -> None:
    found = inside(np.array([(2, 3), (6, 3), (6, 8), (2, 8)]), 12)
    assert found.sum() == 5 * 6 and found[3:9, 2:7].all()


def test_the_iris_stays_within_the_lids_and_parts_within_the_oval() -> None:
    mesh = np.zeros((468, 2))
    turn = np.exp(1j * np.linspace(0, 2 * np.pi, len(OVAL)))
    mesh[list(OVAL)] = np.column_stack([50 + 40 * turn.real, 50 + 40 * turn.imag])
    lids = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
    around = np.exp(1j * np.linspace(0, 2 * np.pi, len(lids), endpoint=False))
    mesh[list(lids)] = np.column_stack([30 + 10 * around.real, 40 + 4 * around.imag])
    iris = Iris(np.full((5, 2), (30, 40), np.float32), np.zeros((71, 2), np.float32), 16.0)
    labels = outlined(mesh, [iris, None], IDENTITY, 100)
    assert labels[40, 30] == NUMBER["iris"] and labels[40, 22] == NUMBER["iris"]
    assert labels[47, 30] == NUMBER["skin"]  # the iris' lower part, behind the lid
    assert labels[5, 5] == NUMBER["background"]


def scene(top: tuple[float, ...], clothes: tuple[float, ...]) -> tuple[NDArray[np.uint8], float]:
    """A face of 80 pixels amid `top`, skin on its neck and clothes beside: labels, sure of hair."""
    place = Frame(*(grid.astype(np.float32) for grid in np.mgrid[:192, :192]), 80.0)
    y, x = place.up, place.across
    place = Frame((100 - y) / 80, (x - 96) / 80, 80.0)
    face = (place.up / 0.5) ** 2 + (place.across / 0.38) ** 2 <= 1
    person = (np.abs(place.across) < 0.6) & (place.up < 0.75)
    skin = (65.0, 15.0, 18.0)
    lab = np.full((192, 192, 3), top, np.float32)
    lab[place.up < -0.3] = clothes
    lab[face | ((np.abs(place.across) < 0.2) & (place.up < -0.4))] = skin
    labels = np.where(face, NUMBER["skin"], 0).astype(np.uint8)
    sure = estimated(lab, labels, face, person, place)
    return labels, sure["hair"]


def test_dark_above_a_face_is_hair_and_skin_below_it_neck() -> None:
    labels, sure = scene((20, 3, 5), (80, -20, -20))
    assert labels[50, 96] == NUMBER["hair"] and labels[90, 60] == NUMBER["hair"]
    assert labels[155, 96] == NUMBER["neck"] and labels[165, 60] == NUMBER["body"]
    assert labels[90, 96] == NUMBER["skin"] and labels[10, 96] == NUMBER["background"]
    assert sure > 0.9


def test_skin_above_a_face_is_no_hair() -> None:
    labels, sure = scene((65, 15, 18), (80, -20, -20))
    assert NUMBER["hair"] not in labels and labels[50, 96] == NUMBER["skin"]
    assert sure == 0


def test_hair_is_not_told_from_clothes_of_its_colour() -> None:
    labels, _ = scene((20, 3, 5), (21, 3, 5))
    assert labels[125, 55] == NUMBER["unknown"]  # beside the chin
    assert labels[50, 96] == NUMBER["hair"]


def test_a_real_heads_parts_are_where_the_mesh_has_them(pool: Pool, portrait: Picture) -> None:
    view, output = parsed(pool, portrait)
    one, mesh = head(output), view.outputs[MESH].data.points[0][:, :2]
    middles = {
        "nose": (1, 1),
        "skin": (151, 151),
        "upper lip": (0, 13),
        "lower lip": (17, 14),
        "right brow": (105, 52),
        "left brow": (334, 282),
    }
    assert {name: part_at(one, *mesh[list(pair)].mean(0)) for name, pair in middles.items()} == {
        name: name for name in middles
    }
    top, chin = mesh[geometry.FOREHEAD], mesh[geometry.CHIN]
    assert part_at(one, *(top + 0.2 * (top - chin))) == "hair"
    assert part_at(one, *(chin - 0.1 * (top - chin))) == "neck"


def test_readings_tell_shares_and_teeth(pool: Pool, portrait: Picture) -> None:
    said = {reading.name: reading for reading in parsed(pool, portrait)[1].readings}
    hair = said["hair share of the head"]
    assert isinstance(hair.value, float) and 20 < hair.value < 70 and hair.unit == "%"
    assert said["teeth visible"].value == "yes"


def test_marks_are_named_as_the_benchmark_reads_them(pool: Pool, portrait: Picture) -> None:
    view, output = parsed(pool, portrait)
    masks, one = drawn(output, portrait.size), head(output)
    assert set(masks) == {p for p in masks if p in PARTS} and {"hair", "skin", "nose"} <= set(masks)
    for part in ("hair", "skin"):
        times = geometry.scale(one.transform) ** 2
        assert masks[part].sum() * times == pytest.approx(one.where(part).sum(), rel=0.05)
    assert sum(len(mark.raster) for mark in output.marks) < 8_000
    assert {mark.face for mark in output.marks} == {0} and view.faces


def test_a_mirrored_head_has_the_same_hair(pool: Pool, portrait: Picture) -> None:
    one, other = (head(parsed(pool, p)[1]) for p in (portrait, mirrored(portrait)))
    for part, twin in (("hair", "hair"), ("skin", "skin"), ("right brow", "left brow")):
        shift = np.abs(one.where(part) ^ other.where(twin)[:, ::-1]).sum()
        assert shift < 0.35 * one.where(part).sum(), part
    assert iou(one.where("hair"), other.where("hair")[:, ::-1]) > 0.8


def test_a_neighbours_head_is_left_out(pool: Pool, portrait: Picture) -> None:
    near = portrait.pixels[20:260, 120:330]
    view, output = parsed(pool, Picture(np.ascontiguousarray(np.hstack([near, near]))))
    assert len(view.faces) == 2
    for mine, theirs in ((0, 1), (1, 0)):
        x, y = view.faces[theirs].box.centre
        one = head(output, mine)
        column, row = geometry.moved(one.transform, [(x, y)])[0]
        assert not (0 <= column < SIZE and 0 <= row < SIZE) or part_at(one, x, y) == "background"


def test_beyond_the_photo_nothing_is_labelled(pool: Pool, portrait: Picture) -> None:
    view, output = parsed(pool, cut_off(portrait))
    for one in output.data.heads:
        if one is not None:
            left, top = geometry.moved(one.transform, [(-1, -1)])[0]
            assert not one.labels[:, : max(int(left), 0)].any()
            assert not one.labels[: max(int(top), 0)].any()
    assert view.faces


def test_small_faces_and_those_beyond_the_photo_are_not_measured(
    pool: Pool, portrait: Picture
) -> None:
    output = parsed(pool, portrait, (TINY,))[1]
    assert output.data.heads == (None,) and not output.marks
    assert {(r.value, r.note) for r in output.readings} == {(None, TOO_SMALL)}
    for picture, faces in ((portrait, (BEYOND,)), (upside_down(portrait), None)):
        parsed(pool, picture, faces)  # says what it says, and does not fail
