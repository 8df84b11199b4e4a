"""The job "portraits": as asked, judged by others, ranked, and refused with what can be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from ml import decode, pipelines, registry
from ml.contracts import DETECTION, View
from ml.errors import Cancelled, MLError, Refused
from ml.evaluation.looking import installed
from ml.generation import marking, minors
from ml.generation.backgrounds import Behind
from ml.generation.find_mark import FindMarkInputs, FindMarkOptions, find_mark
from ml.generation.portraits_asked import AROUND, PITCH, YAW, PortraitsOptions, variations
from ml.generation.portraits_pipeline import HIDDEN, KIND, portraits
from ml.generation.several import SeveralInputs
from ml.pipelines import Context
from ml.pool import Pool
from ml.registry import Policy, Sensitive, best
from ml.types import Artifact, Box, Reading, Report
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

registry.discover()
pipelines.discover()
POOL = Pool(Weights(weights_folder()))
SMALL = PortraitsOptions(side=512)


@cache
def models() -> tuple[str, ...]:
    """The best of every task of the job, and what they need."""
    here: Policy = installed(POOL.weights)
    kind = pipelines.get(KIND)
    waiting, found = [*kind.tasks, *kind.also], set()
    while waiting:
        card = best(waiting.pop(), here)
        assert card is not None
        if card.name not in found:
            found.add(card.name)
            waiting += card.needs
    return tuple(found)


def face_on(path: Path) -> Box:
    card = best(DETECTION, installed(POOL.weights))
    assert card is not None
    faces = POOL.run(card.name, View(decode.picture(path))).faces
    return max((face.box for face in faces), key=lambda box: box.area)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "astronaut.png"
    Image.fromarray(data.astronaut()).save(path)
    return path


def inputs(photo: Path, **fields: object) -> SeveralInputs:
    whole = SeveralInputs(photo, models(), (face_on(photo),), (Sensitive.EMOTION,))
    return replace(whole, **fields)  # type: ignore[arg-type]


def made(options: PortraitsOptions, given: SeveralInputs, folder: Path) -> Report:
    return portraits(options, given, Context(POOL, scratch=folder))


@pytest.fixture(scope="module")
def smiling(photo: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Three, turned and smiling, before a colour."""
    options = replace(SMALL, yaw=20, expression="smile", background=Behind.COLOUR, colour="#204060",
                      count=3)  # fmt: skip
    return made(options, inputs(photo), tmp_path_factory.mktemp("smiling"))


def first(report: Report) -> Artifact:
    """The one that is just as asked."""
    return next(one for one in report.artifacts if one.facts["number"] == 1)


def test_it_is_as_asked_for_judges_that_drew_nothing(smiling: Report) -> None:
    told = first(smiling).facts
    assert 14 <= float(told["yaw found"]) <= 30
    assert told["same person"] == "yes" and told["expression as asked"] == "yes"
    assert told["judge of likeness"] == "fused-embedding"
    assert told["judge of expression"] == "fused-expression"
    assert float(told["distance"]) < float(told["strangers from"])


def test_the_best_comes_first(smiling: Report) -> None:
    def worse(one: Artifact) -> float:
        told = one.facts
        amiss = abs(float(told["yaw found"]) - 20) / 30
        return float(told["distance"]) / float(told["strangers from"]) + amiss

    found = [worse(one) for one in smiling.artifacts]
    assert found == sorted(found) and len(found) == 3


def test_the_background_is_the_colour_asked_for(smiling: Report) -> None:
    pixels = np.asarray(Image.open(first(smiling).path))
    assert pixels.shape == (512, 512, 3)
    assert abs(pixels[4, 4].astype(int) - (0x20, 0x40, 0x60)).max() <= 1


def test_the_file_itself_says_that_it_was_made(smiling: Report) -> None:
    with Image.open(first(smiling).path) as file:
        xmp = file.info["xmp"] if "xmp" in file.info else file.info["XML:com.adobe.xmp"]
    words = xmp.decode() if isinstance(xmp, bytes) else xmp
    assert "digitalsourcetype/compositeSynthetic" in words and "re-rendering" in words


def test_the_facts_make_a_receipt(smiling: Report, photo: Path) -> None:
    from hashlib import sha256

    told = first(smiling).facts
    assert told["photo"] == sha256(photo.read_bytes()).hexdigest()
    assert told["back end"] == "mesh-portraits" and told["seed"] == 0
    assert "mediapipe-mesh " in str(told["weights"]) and "age" not in str(told["weights"])


def test_nothing_of_the_age_that_was_read_is_in_the_report(smiling: Report) -> None:
    assert smiling.readings == () and smiling.embeddings == ()
    assert not any("age" in name.split() for one in smiling.artifacts for name in one.facts)


def test_the_same_seed_gives_the_same_bytes(photo: Path, smiling: Report, tmp_path: Path) -> None:
    options = replace(SMALL, yaw=20, expression="smile", background=Behind.COLOUR, colour="#204060",
                      count=2)  # fmt: skip
    again = made(options, inputs(photo), tmp_path)
    digests = {one.sha256 for one in again.artifacts}
    assert digests < {one.sha256 for one in smiling.artifacts}


def test_another_seed_varies_otherwise_within_limits() -> None:
    options = replace(SMALL, yaw=YAW, pitch=-PITCH, count=6)
    one, other = list(variations(options)), list(variations(replace(options, seed=1)))
    assert one[0] == other[0] and one[1:] != other[1:]
    for asked in (*one, *other):
        assert YAW - AROUND[0] <= asked.wish.yaw <= YAW
        assert -PITCH <= asked.wish.pitch <= -PITCH + AROUND[1]


def test_a_badge_is_written_in_the_corner_and_nowhere_else(photo: Path, tmp_path: Path) -> None:
    def pixels(badge: bool) -> np.ndarray:
        report = made(replace(SMALL, badge=badge), inputs(photo), tmp_path)
        return np.asarray(Image.open(report.artifacts[0].path))

    changed = np.argwhere((pixels(False) != pixels(True)).any(2))
    assert len(changed) and (changed > 256).all()


def test_a_hidden_number_outlives_saving_anew_and_smaller(photo: Path, tmp_path: Path) -> None:
    artifact = first(made(replace(SMALL, hidden=True), inputs(photo), tmp_path))
    receipt = str(artifact.facts[HIDDEN])
    (tmp_path / "plain").mkdir()
    plain = first(made(SMALL, inputs(photo), tmp_path / "plain"))
    with Image.open(artifact.path) as image, Image.open(plain.path) as without:
        off = np.abs(np.asarray(image).astype(int) - np.asarray(without)).mean()
        assert 0 < off < 4, "it hardly shows"
        image.convert("RGB").resize((384, 384)).save(tmp_path / "anew.jpg", quality=75)
    for path, found in ((tmp_path / "anew.jpg", receipt), (plain.path, None)):
        report = find_mark(FindMarkOptions(), FindMarkInputs(path, ("rivagan",)), Context(POOL))
        numbers = [int(str(one.value), 16) for one in report.readings]
        assert marking.receipt_of(numbers, [receipt, "another", "a third"]) == found


def test_without_a_model_for_it_no_number_is_promised(photo: Path, tmp_path: Path) -> None:
    given = inputs(photo)
    bare = replace(given, models=tuple(one for one in given.models if one != "rivagan"))
    with pytest.raises(MLError, match="hides numbers"):
        made(replace(SMALL, hidden=True), bare, tmp_path)


@pytest.mark.parametrize("background", [Behind.OWN, Behind.BLURRED])
def test_what_was_behind_stays_or_blurs(photo: Path, tmp_path: Path, background: Behind) -> None:
    report = made(replace(SMALL, background=background), inputs(photo), tmp_path)
    pixels = np.asarray(Image.open(report.artifacts[0].path)).astype(float)
    detail = np.abs(np.diff(pixels[:120, -120:], axis=1)).mean()
    assert bool(detail < 0.5) is (background == Behind.BLURRED)


def test_another_photo_stands_behind(photo: Path, tmp_path: Path) -> None:
    red = tmp_path / "red.png"
    Image.new("RGB", (900, 600), (200, 20, 20)).save(red)
    options = replace(SMALL, background=Behind.PHOTO, backdrop=("x",))
    (one,) = made(options, inputs(photo, chosen=(red,)), tmp_path).artifacts
    assert np.asarray(Image.open(one.path))[4, 4].tolist() == [200, 20, 20]
    assert len(str(one.facts["background photo"])) == 64
    with pytest.raises(ValueError, match="Choose the photo"):
        PortraitsOptions(background=Behind.PHOTO)
    with pytest.raises(ValueError, match="or no photo"):
        PortraitsOptions(backdrop=("x",))


def test_left_for_right_is_the_whole_picture(photo: Path, tmp_path: Path) -> None:
    def made_so(mirrored: bool) -> Artifact:
        return made(replace(SMALL, yaw=15, mirrored=mirrored), inputs(photo), tmp_path).artifacts[0]

    plain = made_so(False)
    pixels = np.array(Image.open(plain.path))
    other = made_so(True)
    assert np.array_equal(pixels[:, ::-1], np.array(Image.open(other.path)))
    assert abs(float(plain.facts["yaw found"]) - float(other.facts["yaw found"])) < 5


def test_expression_is_not_read_where_that_is_turned_off(photo: Path, tmp_path: Path) -> None:
    report = made(replace(SMALL, expression="smile"), inputs(photo, allowed=()), tmp_path)
    assert report.artifacts[0].facts["expression found"] == "not measured"


def test_a_face_that_looks_young_is_refused_by_a_rule(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minors, "SURE", 100.0)  # whoever it is looks younger than that
    with pytest.raises(Refused, match=r"Rule: age") as refused:
        made(SMALL, inputs(photo), tmp_path)
    assert refused.value.rule == "age" and not list(tmp_path.iterdir())
    assert made(SMALL, inputs(photo, adult=True), tmp_path).artifacts, "a record outranks looks"


@pytest.mark.parametrize("age", [3.0, 17.9, 24.9, None])
def test_one_sentence_for_all_who_may_be_young(age: float | None) -> None:
    with pytest.raises(Refused) as refused:
        minors.check([Reading("m", "apparent age", age)])
    assert str(refused.value) == minors.MAY_BE_YOUNG
    minors.check([Reading("m", "apparent age", 25.0)])


def test_a_small_face_is_told_what_can_still_be_done(tmp_path: Path) -> None:
    path = tmp_path / "small.png"
    Image.fromarray(data.astronaut()).resize((300, 300)).save(path)
    with pytest.raises(MLError, match=r"too small.*can still be"):
        made(SMALL, inputs(path), tmp_path)


def test_a_face_that_is_gone_is_not_another(photo: Path, tmp_path: Path) -> None:
    with pytest.raises(MLError, match="not found again"):
        made(SMALL, inputs(photo, faces=(Box(0, 300, 60, 380),)), tmp_path)


def test_stops_when_asked(photo: Path, tmp_path: Path) -> None:
    steps: Iterator[int] = iter(range(3))

    def progress(done: int, total: int, message: str = "") -> None:
        if next(steps) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        portraits(SMALL, inputs(photo), Context(POOL, progress, scratch=tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_colour_is_a_colour() -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        PortraitsOptions(colour="red")
