"""Further photos of a person tell how deep the face is, and lend skin; a stranger's are refused."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from ml import registry
from ml.contracts import IRIS, MESH, PARSING, PERSON_MASK, POSE, KnownFace
from ml.contracts.portraits import Beside, Wish
from ml.errors import Cancelled, MLError, Refused
from ml.frontal import frontal
from ml.generation import minors
from ml.generation.fusing import fused
from ml.generation.portraits_asked import PortraitsOptions
from ml.generation.portraits_mesh import NAME
from ml.generation.portraits_pipeline import (
    LENT,
    LENT_TOO,
    NOT_ALIKE,
    SOME_NOT_ALIKE,
    UNUSED,
    judged,
    portraits,
)
from ml.generation.several import LOST, SMALL, YOUNG, SeveralInputs, beside
from ml.generation.sitting import OTHER_PHOTOS, sitter
from ml.pipelines import Context, Progress, silent
from ml.shape import bundle, views
from ml.shape.surface import Points
from ml.types import Picture, Report
from tests.fitting.fused_shape import AWAY, deformed, mesh_of
from tests.fitting.known_head import Head, camera, head, photographed
from tests.fitting.portrait_shape import depth_off
from tests.ml.generation.test_portraits import POOL, SIDE, looked
from tests.ml.generation.test_portraits_pipeline import face_on, models

registry.discover()
SMALL_ONE = PortraitsOptions(side=512)
RIGHT_CHEEK, LEFT_CHEEK = [123, 147, 187, 207], [352, 376, 411, 427]
LOOKS = (MESH, POSE, IRIS, PARSING, PERSON_MASK)


@cache
def mesh() -> Points:
    found = mesh_of(POOL, Picture(data.astronaut()))
    assert found is not None
    return found.astype(np.float64)


@cache
def known() -> Head:
    """A deeper head in the astronaut's skin."""
    return head(Picture(data.astronaut()), mesh(), deformed(frontal(mesh()), 1))


@cache
def photo(yaw: float) -> Beside:
    picture = photographed(known(), camera(yaw, 0, AWAY))
    found = mesh_of(POOL, picture)
    assert found is not None
    return Beside(picture, found.astype(np.float64))


def noise(one: Beside) -> Beside:
    """That face, in a photo of noise."""
    pixels = np.random.default_rng(0).integers(0, 255, one.picture.pixels.shape)
    return replace(one, picture=Picture(pixels.astype(np.uint8)))


@pytest.fixture
def _roughly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Depth, which takes seconds, is found in one round."""
    monkeypatch.setattr(bundle, "ROUNDS", 1)
    monkeypatch.setattr(views, "LOOKS", 1)


def test_depth_is_nearer_to_the_truth_by_a_photo_from_aside() -> None:
    own = photo(0)
    together, truth = fused(own, [photo(30)]), known().points
    assert together is not None
    assert depth_off(together.mesh, truth) < 0.8 * depth_off(own.mesh, truth)
    assert np.array_equal(together.mesh[:, :2], own.mesh[:, :2]), "what the photo shows stays"


@pytest.mark.usefixtures("_roughly")
def test_without_others_or_where_skin_is_not_found_again_depth_stays() -> None:
    own, other = photo(0), photo(30)
    assert fused(own, ()) is None
    assert fused(own, [noise(other)]) is None


@pytest.mark.usefixtures("_roughly")
def test_a_photo_that_agrees_lets_none_in_that_does_not() -> None:
    own, good, bad = photo(0), photo(15), noise(photo(-15))
    whole = views.fused([views.Seen(one.picture, one.mesh) for one in (own, bad, good)])
    assert whole.measured, "taken as a whole it would"
    together, alone = fused(own, [bad, good]), fused(own, [good])
    assert together is not None and alone is not None
    assert together.joined == (1,) and together.others == (good,)
    assert np.array_equal(together.mesh, alone.mesh)


def test_of_photos_that_agree_but_not_among_themselves_the_best_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = photo(0)
    pictures = [Picture(own.picture.pixels.copy()) for _ in range(3)]
    others = [Beside(picture, own.mesh) for picture in pictures]
    offs = dict(zip(map(id, pictures), (0.009, 0.002, 0.2), strict=True))

    def pairwise(seen: list[views.Seen]) -> views.Fused:
        off = max(offs.get(id(one.picture), 0.0) for one in seen)
        measured = len(seen) == 2 and off <= views.AGREED
        return views.Fused(frontal(own.mesh), (), (), None, off, 0, measured)

    monkeypatch.setattr(views, "fused", pairwise)
    together = fused(own, others)
    assert together is not None and together.joined == (1,)
    assert together.others == (others[1],)


def test_between_photos_it_hears_that_it_is_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    own, compared = photo(0), []

    def unlike(seen: list[views.Seen]) -> views.Fused:
        compared.append(seen)
        return views.Fused(frontal(own.mesh), (), (), None, 1.0, 0, measured=False)

    def listen() -> None:
        if len(compared) == 2:
            raise Cancelled

    monkeypatch.setattr(views, "fused", unlike)
    with pytest.raises(Cancelled):
        fused(own, [own] * 3, listen)
    assert len(compared) == 2


@pytest.mark.usefixtures("_roughly")
def test_skin_that_the_photo_hides_is_lent_by_the_photo_that_shows_it() -> None:
    """By a green one: the cheek that was hidden becomes greener, the one that was seen does not."""
    studios = POOL.run(NAME, looked(photo(25).picture, *LOOKS)).data
    green = photo(-30).picture.pixels.copy()
    green[..., [0, 2]] //= 2
    together = fused(photo(25), [replace(photo(-30), picture=Picture(green))])
    assert together is not None
    plain, lent = (
        studios.portrayer(0, SIDE, more).drawing(Wish(yaw=-25.0)) for more in (None, together)
    )

    def greener(cheek: list[int]) -> float:
        x, y = lent.mesh[cheek, :2].mean(0).round().astype(int)
        part = (slice(y - 4, y + 5), slice(x - 4, x + 5))
        was, now = (made.pixels[part].mean((0, 1)) for made in (plain, lent))
        return float(now[1] / now.sum() - was[1] / was.sum())

    assert lent.lent > plain.lent
    assert greener(LEFT_CHEEK) > greener(RIGHT_CHEEK) + 0.01


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The astronaut, herself turned a little, left for right, a cat, and a small one."""
    folder = tmp_path_factory.mktemp("photos")
    astronaut = Image.fromarray(data.astronaut())
    pictures = {
        "own": astronaut,
        "other": Image.fromarray(photo(15).picture.pixels),
        "mirrored": Image.fromarray(data.astronaut()[:, ::-1]),
        "cat": Image.fromarray(data.cat()),
        "small": astronaut.resize((200, 200)),
    }
    for name, picture in pictures.items():
        picture.save(folder / f"{name}.png")
    return {name: folder / f"{name}.png" for name in pictures}


def given(files: dict[str, Path], *others: str) -> SeveralInputs:
    known = tuple(KnownFace(files[name]) for name in others)
    return SeveralInputs(files["own"], models(), (face_on(files["own"]),), others=known)


def made(files: dict[str, Path], folder: Path, *others: str, progress: Progress = silent) -> Report:
    folder.mkdir(exist_ok=True)
    context = Context(POOL, progress, scratch=folder)
    return portraits(replace(SMALL_ONE, yaw=20), given(files, *others), context)


@pytest.mark.usefixtures("_roughly")
def test_what_it_was_made_of_is_told(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = made(files, tmp_path / "alone")
    both = made(files, tmp_path / "both", "other")
    monkeypatch.setattr(views, "ALIKE", 2.0)  # as alike no photos are
    unlike = made(files, tmp_path / "unlike", "other")
    own, joined, refused = (report.artifacts[0] for report in (alone, both, unlike))
    assert joined.facts["source faces"] == 2 and joined.facts["same person"] == "yes"
    assert joined.facts[OTHER_PHOTOS] == sha256(files["other"].read_bytes()).hexdigest()
    assert LENT_TOO in joined.facts and LENT not in joined.facts and not both.notes
    assert OTHER_PHOTOS not in own.facts and LENT in own.facts and joined.sha256 != own.sha256
    assert refused.sha256 == own.sha256, "the very same portrait"
    assert OTHER_PHOTOS not in refused.facts and refused.facts[UNUSED] == 1
    assert UNUSED not in own.facts and UNUSED not in joined.facts
    assert unlike.notes == (NOT_ALIKE,)


@pytest.mark.usefixtures("_roughly")
def test_only_those_that_agree_are_used_and_named(files: dict[str, Path], tmp_path: Path) -> None:
    steps: list[tuple[int, int, str]] = []

    def progress(done: int, total: int, message: str = "") -> None:
        steps.append((done, total, message))

    report = made(files, tmp_path / "both", "mirrored", "other", progress=progress)
    told, without = report.artifacts[0].facts, made(files, tmp_path / "one", "other").artifacts[0]
    assert told[OTHER_PHOTOS] == sha256(files["other"].read_bytes()).hexdigest()
    assert told["source faces"] == 2 and told[UNUSED] == 1
    assert report.notes == (SOME_NOT_ALIKE.format(1, 2),)
    assert report.artifacts[0].sha256 == without.sha256, "the very same portrait"
    assert list(dict.fromkeys(steps)) == [
        (0, 6, "Looking at the face"),
        (1, 6, "Looking at another photo"),
        (2, 6, "Looking at another photo"),
        (3, 6, "Comparing the photos"),
        (4, 6, "Cutting out the person"),
        (4, 6, "Portrait 1 of 1"),
        (5, 6, "Saving"),
    ]


def test_a_face_that_looks_young_on_a_further_photo_is_refused_by_a_rule(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = replace(given(files, "other"), adult=True)
    _, source = sitter(declared, Context(POOL), *judged(declared))
    (other,) = declared.others
    monkeypatch.setattr(minors, "SURE", 100.0)  # whoever it is looks younger than that
    with pytest.raises(Refused) as refused:
        beside(other, source, replace(declared, adult=False), Context(POOL))
    assert refused.value.rule == "age" and str(refused.value) == YOUNG
    assert beside(other, source, declared, Context(POOL)), "a record outranks looks"


@pytest.mark.parametrize(("name", "sentence"), [("cat", LOST), ("small", SMALL)])
def test_a_photo_without_a_usable_face_gets_a_sentence(
    files: dict[str, Path], tmp_path: Path, name: str, sentence: str
) -> None:
    with pytest.raises(MLError) as error:
        made(files, tmp_path, name)
    assert str(error.value) == sentence and not list(tmp_path.iterdir())


def test_a_stranger_is_refused_by_a_rule(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ml import likeness

    monkeypatch.setattr(likeness, "strangers", lambda _: 1e-6)  # all come from farther
    with pytest.raises(Refused, match="than a stranger") as refused:
        made(files, tmp_path, "other")
    assert refused.value.rule == "likeness"
    monkeypatch.setattr(likeness, "strangers", lambda _: None)
    with pytest.raises(Refused, match="cannot be told here"):
        made(files, tmp_path, "other")
