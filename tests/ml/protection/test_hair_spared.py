"""What hangs over the face is not painted: make-up spares hair, as far as a parsing knows it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml import decode, pipelines, registry
from ml.contracts import DETECTION, EMBEDDING, IRIS, MESH, PARSING, PARTS, POSE, Parsed
from ml.evaluation.looking import installed
from ml.pipelines import Context
from ml.pool import Pool
from ml.protection import disguise, faces_chosen, kinds, makeup_words, places
from ml.protection.attack import Aim
from ml.protection.disguise import Made
from ml.protection.faces_chosen import Chosen
from ml.registry import best
from ml.types import Picture
from ml.weights import Weights

registry.discover()
pipelines.discover()
SIDE = 512
SOFT = 5  # pixels over which sparing ends
NOTHING = Aim({}, {}, {})


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


@pytest.fixture(scope="module")
def picture(astronaut: Path) -> Picture:
    return decode.picture(astronaut)


@pytest.fixture(scope="module")
def chosen(picture: Picture, pool: Pool) -> Chosen:
    here = installed(pool.weights)
    cards = [best(task, here) for task in (DETECTION, MESH, POSE, IRIS, PARSING, EMBEDDING)]
    models = tuple(card.name for card in cards if card)
    return faces_chosen.found(picture, (), models, Context(pool)).chosen[0]


def fringe(picture: Picture, chosen: Chosen) -> tuple[Parsed, int]:
    """A head that is all hair above its brows; how far down that is on the photo."""
    brows = int(chosen.mesh[[107, 336], 1].mean())
    wide, high = picture.size
    to_labels = np.array([[SIDE / wide, 0, 0], [0, SIDE / high, 0]], np.float64)
    labels = np.zeros((SIDE, SIDE), np.uint8)
    labels[: int(brows * SIDE / high) + 1] = PARTS.index("hair")
    return Parsed(labels, to_labels, {"hair": 1.0}), brows


def painted(picture: Picture, chosen: Chosen, style: str, head: Parsed | None) -> Made:
    heard = makeup_words.look(style)
    make = kinds.makeup(heard.layers, heard.strength)
    return disguise.made(
        picture.pixels, chosen.mesh, chosen.face.box, make, {}, NOTHING, kinds.NO_EFFORT, 0,
        lambda step: None, head=head,
    )  # fmt: skip


def test_hair_that_hangs_over_the_forehead_is_not_painted(picture: Picture, chosen: Chosen) -> None:
    head, brows = fringe(picture, chosen)
    spared, over = (painted(picture, chosen, "strong contour", one).pixels for one in (head, None))
    above = slice(0, brows - SOFT)
    assert (spared[above] == picture.pixels[above]).all()
    assert (over[above] != picture.pixels[above]).any()
    assert (spared[brows:] != picture.pixels[brows:]).any(), "the rest of the face is"


def test_glasses_stay_below_hair(picture: Picture, chosen: Chosen) -> None:
    head, _ = fringe(picture, chosen)
    lower = Parsed(np.full_like(head.labels, PARTS.index("hair")), head.transform, head.sure)
    assert (painted(picture, chosen, "glasses", lower).pixels == picture.pixels).all()


def test_a_real_head_knows_its_hair_and_leaves_the_face(picture: Picture, chosen: Chosen) -> None:
    assert chosen.head is not None
    place = places.whole(picture.pixels, chosen.mesh, chosen.face.box, chosen.head)
    assert place.bare is not None and place.bare.shape == place.size
    nose, top = place.mesh[4].astype(int), place.mesh[10].astype(int)
    assert place.bare[nose[1], nose[0]] == 1
    above = place.bare[: max(top[1] - 5, 1), top[0]]
    assert above.min() < 0.5, "the hair above her forehead"
    assert places.at_work(place).bare is not None
