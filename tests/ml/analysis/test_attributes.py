"""Glasses, beards, mouths, smiles, covered hair, colours: on built and on real pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ml import decode, registry
from ml.analysis.clothing_colour_terms import TERMS, terms
from ml.analysis.hair_cover_edges import HAIR_COVER, HairCovers
from ml.analysis.head_lab import HEAD
from ml.contracts import DETECTION, MESH, PARSING, POSE, Meshes, Output, Pose, Poses, View
from ml.facewise import IN_PROFILE, TOO_SMALL
from ml.pool import Pool
from ml.registry import Sensitive, get, in_order
from ml.traits import DENIED, SAID, UNSURE, Trait, worded
from ml.types import Box, Face, Picture, Reading
from ml.weights import Weights
from tests.fitting.painted_masks import with_mask

BEFORE = ("mediapipe-mesh", "mesh-pose", "mediapipe-iris", "mesh-parsing", "head-lab")
THESE = (
    *("edges-eyewear", "colours-beard", "aperture-mouth", "corners-smile", "edges-hair-cover"),
    *("light-hair-colour", "terms-clothing-colour", "parts-face-mask"),
)
Told = Callable[[Picture], dict[str, Reading]]


@pytest.fixture(scope="session")
def told(weights_folder: Path) -> Told:
    """What all of them say of the first face."""
    pool = Pool(Weights(weights_folder))

    def said(picture: Picture) -> dict[str, Reading]:
        faces = pool.run("centerface", View(picture)).faces[:1]
        outputs = {DETECTION: Output(faces=faces)}
        for name in in_order((*BEFORE, *THESE)):
            card = get(name).card
            needed = {task: outputs[task] for task in card.needs}
            outputs[card.task] = pool.run(name, View(picture, faces, needed))
        mine = [output.readings for task, output in outputs.items() if known(task)]
        return {reading.name: reading for some in mine for reading in some}

    return said


def known(task: object) -> bool:
    return any(get(name).card.task == task for name in THESE)


@pytest.fixture(scope="module")
def portrait(astronaut: Path) -> Picture:
    return decode.picture(astronaut)


def words(said: dict[str, Reading]) -> dict[str, float | str | None]:
    return {name: reading.value for name, reading in said.items()}


def test_the_astronaut_smiles_with_teeth_and_without_glasses(told: Told, portrait: Picture) -> None:
    said = words(told(portrait))
    assert said["eyewear"] == said["facial hair"] == "none"
    assert said["mouth"] == "open" and said["smiling"] == "yes"
    assert said["clothing colour"] == "black"  # the collar of the suit takes most room


def test_drawn_glasses_and_a_lens_that_hides_the_eyes_are_told(
    told: Told, portrait: Picture
) -> None:
    assert words(told(worn(portrait, (40, 40, 40), filled=False)))["eyewear"] == "glasses"
    assert words(told(worn(portrait, (20, 20, 20), filled=True)))["eyewear"] == "sunglasses"


def worn(picture: Picture, colour: tuple[int, int, int], *, filled: bool) -> Picture:
    """With round glasses: rims about the eyes, a bridge and two arms."""
    import cv2

    pixels = picture.pixels.copy()
    right, left = EYES
    for eye in (right, left):
        cv2.circle(pixels, eye, 15, colour, cv2.FILLED if filled else 2)
    cv2.line(pixels, (right[0] + 15, right[1] - 2), (left[0] - 15, left[1] - 2), colour, 3)
    cv2.line(pixels, (right[0] - 15, right[1] - 3), (right[0] - 34, right[1] - 5), colour, 3)
    cv2.line(pixels, (left[0] + 15, left[1] - 3), (left[0] + 34, left[1] - 5), colour, 3)
    return Picture(pixels)


EYES = ((203, 102), (246, 104))  # the astronaut's, on the photo's left and right


def test_a_blue_cap_covers_the_hair_which_then_has_no_colour(told: Told, portrait: Picture) -> None:
    import cv2

    pixels = portrait.pixels.copy()
    cap = np.array([(172, 84), (180, 40), (200, 16), (250, 14), (276, 38), (284, 84)])
    cv2.fillPoly(pixels, [cap], (20, 40, 150))
    cv2.rectangle(pixels, (166, 76), (290, 90), (235, 235, 245), cv2.FILLED)
    said = told(Picture(pixels))
    assert said["hair covered"].value == "yes"
    assert said["hair colour"].value is None and said["hair colour"].note == "hair seems covered"


@pytest.mark.parametrize("colour", [(225, 228, 230), (140, 185, 215), (35, 35, 38)])
def test_a_painted_mask_is_told_and_a_bare_face_has_none(
    told: Told, portrait: Picture, weights_folder: Path, colour: tuple[int, int, int]
) -> None:
    pool = Pool(Weights(weights_folder))
    faces = pool.run("centerface", View(portrait)).faces[:1]
    view = View(portrait, faces, {DETECTION: Output(faces=faces)})
    mesh = pool.run("mediapipe-mesh", view).data.points[0]
    assert words(told(portrait))["face mask"] == "no"
    assert words(told(with_mask(portrait, mesh, colour)))["face mask"] == "yes"


def test_small_faces_and_profiles_are_not_told(portrait: Picture) -> None:
    dots = np.zeros((468, 3), np.float32)
    dots[33, 0], dots[263, 0] = 100, 120  # eyes 20 pixels apart
    wide = dots * 3
    faces = tuple(Face(Box(0, 0, 50, 50), 0.9) for _ in range(2))
    outputs = {
        MESH: Output(data=Meshes((dots, wide))),
        POSE: Output(data=Poses((Pose(0, 0, 0), None))),
    }
    pool = Pool(Weights(Path()))
    outputs[HEAD] = pool.run("head-lab", View(portrait, faces, outputs))
    assert outputs[HEAD].data.heads == (None, None)
    of_mesh = ("edges-eyewear", "colours-beard", "aperture-mouth", "corners-smile")
    for name in (*of_mesh, "parts-face-mask"):
        readings = pool.run(name, View(portrait, faces, outputs)).readings
        assert [reading.value for reading in readings] == [None, None]
        assert [reading.note for reading in readings] == [TOO_SMALL, IN_PROFILE]


def test_a_head_out_of_the_photo_has_no_hair_to_be_covered(weights_folder: Path) -> None:
    grey = Picture(np.full((40, 40, 3), 128, np.uint8))
    pool = Pool(Weights(weights_folder))
    face = (Face(Box(-300, -300, -200, -180), 0.9),)
    outputs = {DETECTION: Output(faces=face)}
    for name in in_order((*BEFORE, "edges-hair-cover")):
        card = get(name).card
        needed = {task: outputs[task] for task in card.needs}
        outputs[card.task] = pool.run(name, View(grey, face, needed))
    assert outputs[PARSING].data.heads[0] is None or outputs[HAIR_COVER].data == HairCovers((None,))


def test_a_smile_is_read_only_where_expression_is_asked_for() -> None:
    registry.discover()
    assert get("corners-smile").card.sensitive is Sensitive.EMOTION
    others = [get(name).card for name in THESE if name != "corners-smile"]
    assert not any(card.sensitive for card in others)
    asked = {task for card in others for task in card.needs}
    assert get("corners-smile").card.task not in asked


@pytest.mark.parametrize(
    ("rgb", "term"),
    [
        ((10, 10, 12), "black"),
        ((250, 250, 250), "white"),
        ((120, 120, 122), "grey"),
        ((200, 30, 30), "red"),
        ((250, 140, 20), "orange"),
        ((240, 220, 40), "yellow"),
        ((40, 140, 60), "green"),
        ((40, 70, 180), "blue"),
        ((120, 50, 150), "purple"),
        ((250, 160, 185), "pink"),
        ((110, 70, 35), "brown"),
    ],
)
def test_the_eleven_terms_are_where_people_have_them(rgb: tuple[int, ...], term: str) -> None:
    import cv2

    pixel = np.array([[rgb]], np.float32) / np.float32(255)
    lab = cv2.cvtColor(pixel, cv2.COLOR_RGB2LAB).reshape(1, 3)
    assert TERMS[int(terms(lab)[0])] == term


def test_without_colour_no_colour_is_told(told: Told, portrait: Picture) -> None:
    grey = portrait.pixels.mean(2, keepdims=True).astype(np.uint8).repeat(3, axis=2)
    said = told(Picture(grey))
    for name in ("clothing colour", "facial hair"):
        assert (said[name].value, said[name].note) == (None, "photo without colour")


def test_in_between_nothing_is_said() -> None:
    assert worded(SAID, "there", "absent") == ("there", SAID)
    assert worded((SAID + DENIED) / 2, "there", "absent") == (UNSURE, None)
    assert worded(DENIED / 2, "there", "absent") == ("absent", 1 - DENIED / 2)


def test_odds_rise_with_what_speaks_for_it() -> None:
    trait = Trait({"edge": 2.0}, -1.0)
    assert trait.odds({"edge": 0.5}) == pytest.approx(0.5)
    assert trait.odds({"edge": 1.0}) > trait.odds({"edge": 0.5}) > trait.odds({"edge": 0.0})
    assert 0 < trait.odds({"edge": -1e9}) < 1e-9


def test_sunglasses_and_a_helmet_are_seen_on_photos(shared: Path, told: Told) -> None:
    photos = shared / "data" / "lfw"
    if not photos.is_dir():
        pytest.skip("needs ../shared/data/lfw")
    dark = photos / "Elton_John" / "Elton_John_0001.jpg"
    capped = photos / "Didier_Defago" / "Didier_Defago_0001.jpg"
    assert words(told(decode.picture(dark)))["eyewear"] == "sunglasses"
    assert words(told(decode.picture(capped)))["hair covered"] == "yes"
