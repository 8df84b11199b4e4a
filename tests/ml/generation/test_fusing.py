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
from ml.errors import MLError, Refused
from ml.frontal import frontal
from ml.generation.fusing import fused
from ml.generation.portraits_asked import PortraitsOptions
from ml.generation.portraits_mesh import NAME
from ml.generation.portraits_pipeline import LENT, LENT_TOO, NOT_ALIKE, UNUSED, portraits
from ml.generation.several import LOST, SMALL, SeveralInputs
from ml.generation.sitting import OTHER_PHOTOS
from ml.pipelines import Context
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


@pytest.fixture
def _roughly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Depth, which takes seconds, is found in one round."""
    monkeypatch.setattr(bundle, "ROUNDS", 1)
    monkeypatch.setattr(views, "LOOKS", 1)


def test_depth_is_nearer_to_the_truth_by_a_photo_from_aside() -> None:
    own = photo(0)
    together, truth = fused(own, [photo(30)]), known().points
    assert together is not None
    assert depth_off(together, truth) < 0.8 * depth_off(own.mesh, truth)
    assert np.array_equal(together[:, :2], own.mesh[:, :2]), "what the photo shows stays"


@pytest.mark.usefixtures("_roughly")
def test_without_others_or_where_skin_is_not_found_again_depth_stays() -> None:
    own, other = photo(0), photo(30)
    assert fused(own, ()) is None
    noise = np.random.default_rng(0).integers(0, 255, other.picture.pixels.shape)
    assert fused(own, [replace(other, picture=Picture(noise.astype(np.uint8)))]) is None


@pytest.mark.usefixtures("_roughly")
def test_skin_that_the_photo_hides_is_lent_by_the_photo_that_shows_it() -> None:
    """By a green one: the cheek that was hidden becomes greener, the one that was seen does not."""
    studios = POOL.run(NAME, looked(photo(25).picture, *LOOKS)).data
    green = photo(-30).picture.pixels.copy()
    green[..., [0, 2]] //= 2
    others = [replace(photo(-30), picture=Picture(green))]
    plain, lent = (
        studios.portrayer(0, SIDE, more).drawing(Wish(yaw=-25.0)) for more in ((), others)
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
    """The astronaut, herself turned a little, a cat, and a small one."""
    folder = tmp_path_factory.mktemp("photos")
    astronaut = Image.fromarray(data.astronaut())
    pictures = {
        "own": astronaut,
        "other": Image.fromarray(photo(15).picture.pixels),
        "cat": Image.fromarray(data.cat()),
        "small": astronaut.resize((200, 200)),
    }
    for name, picture in pictures.items():
        picture.save(folder / f"{name}.png")
    return {name: folder / f"{name}.png" for name in pictures}


def made(files: dict[str, Path], folder: Path, *others: KnownFace) -> Report:
    folder.mkdir(exist_ok=True)
    given = SeveralInputs(files["own"], models(), (face_on(files["own"]),), others=others)
    return portraits(replace(SMALL_ONE, yaw=20), given, Context(POOL, scratch=folder))


@pytest.mark.usefixtures("_roughly")
def test_what_it_was_made_of_is_told(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = made(files, tmp_path / "alone")
    both = made(files, tmp_path / "both", KnownFace(files["other"]))
    monkeypatch.setattr(views, "ALIKE", 2.0)  # as alike no photos are
    unlike = made(files, tmp_path / "unlike", KnownFace(files["other"]))
    own, joined, refused = (report.artifacts[0] for report in (alone, both, unlike))
    assert joined.facts["source faces"] == 2 and joined.facts["same person"] == "yes"
    assert joined.facts[OTHER_PHOTOS] == sha256(files["other"].read_bytes()).hexdigest()
    assert LENT_TOO in joined.facts and LENT not in joined.facts and not both.notes
    assert OTHER_PHOTOS not in own.facts and LENT in own.facts and joined.sha256 != own.sha256
    assert refused.sha256 == own.sha256, "the very same portrait"
    assert OTHER_PHOTOS not in refused.facts and refused.facts[UNUSED] == NOT_ALIKE
    assert unlike.notes == (NOT_ALIKE,)


@pytest.mark.parametrize(("name", "sentence"), [("cat", LOST), ("small", SMALL)])
def test_a_photo_without_a_usable_face_gets_a_sentence(
    files: dict[str, Path], tmp_path: Path, name: str, sentence: str
) -> None:
    with pytest.raises(MLError) as error:
        made(files, tmp_path, KnownFace(files[name]))
    assert str(error.value) == sentence and not list(tmp_path.iterdir())


def test_a_stranger_is_refused_by_a_rule(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ml import likeness

    monkeypatch.setattr(likeness, "strangers", lambda _: 1e-6)  # all come from farther
    with pytest.raises(Refused, match="than a stranger") as refused:
        made(files, tmp_path, KnownFace(files["other"]))
    assert refused.value.rule == "likeness"
    monkeypatch.setattr(likeness, "strangers", lambda _: None)
    with pytest.raises(Refused, match="cannot be told here"):
        made(files, tmp_path, KnownFace(files["other"]))
