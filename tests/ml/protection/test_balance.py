"""Of several recognisers a cloak is made most against those that are still near, and as long as
they are."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from ml.protection import kinds
from ml.protection.attack import ENOUGH, LEAST, Aim, Effort, attack
from ml.protection.places import Place

OWN = F.normalize(torch.ones(1, 8))
LIMITS = {"near": 0.4, "far": 0.8}
MESH = np.zeros((468, 3), np.float32)
SURE = Effort().sure
AIM = Aim({"near": OWN, "far": OWN}, {}, LIMITS)


def looks(parts: float, name: str) -> torch.Tensor:
    """A vector so far from the own face: squared distance in parts of the limit's."""
    cosine = 1 - parts * LIMITS[name] ** 2 / 2
    aside = F.normalize(torch.tensor([[1.0, -1.0, 0, 0, 0, 0, 0, 0]]))
    return cosine * OWN + (1 - cosine**2) ** 0.5 * aside


def test_who_is_far_beyond_the_limit_counts_least() -> None:
    assert AIM.weight("far", looks(ENOUGH + 0.3, "far")) == pytest.approx(LEAST)
    assert AIM.weight("near", OWN) == pytest.approx(1.0)
    half = AIM.weight("near", looks(ENOUGH / 2, "near"))
    assert half == pytest.approx(LEAST + (1 - LEAST) / 2, abs=1e-4)


def test_it_is_told_by_each_look_and_carries_no_slope() -> None:
    seen = torch.cat([looks(ENOUGH + 1, "far"), OWN]).requires_grad_(True)
    assert AIM.weight("far", seen) == pytest.approx(LEAST + (1 - LEAST) / 2, abs=1e-4)
    assert isinstance(AIM.weight("far", seen), float)


def test_cloaks_are_balanced_and_make_up_is_as_it_was_measured() -> None:
    assert kinds.CLOAKING.balanced and not kinds.EFFORT.balanced
    assert kinds.CLOAKING.steps > kinds.EFFORT.steps
    assert kinds.CLOAKING.more and kinds.CLOAKING.sure > kinds.EFFORT.sure > 1
    assert kinds.NO_EFFORT.most == 0 < kinds.EFFORT.more


def test_what_a_recogniser_lacks_is_told_by_its_nearest_look() -> None:
    far, near = looks(SURE**2 + 0.1, "far"), looks(1.0, "far")
    assert AIM.lacks("far", far, SURE) == 0
    assert AIM.lacks("far", torch.cat([far, near]), SURE) == pytest.approx(SURE - 1, abs=1e-3)
    assert AIM.lacks("far", near, 0.9) == 0


def test_whoever_is_to_be_taken_for_somebody_lacks_what_is_left_to_them() -> None:
    face = looks(3.0, "far")
    aim = Aim({"far": OWN}, {"far": face}, LIMITS)
    assert aim.lacks("far", face, SURE) == 0
    assert aim.lacks("far", OWN, SURE) == pytest.approx(3**0.5 - 1 / SURE, abs=1e-3)


class Still:
    """A disguise of one number, which counts how often it is moved."""

    def __init__(self) -> None:
        self.parameters, self.steps = [torch.zeros(1)], [0.0]
        self.moves = 0

    def on(self, place: Place) -> torch.Tensor:
        return place.tensor() + self.parameters[0]

    def cost(self, pixels: torch.Tensor) -> torch.Tensor:
        return pixels.new_zeros(())

    def confine(self) -> None:
        self.moves += 1


class Saying:
    """A recogniser that says the same of every face."""

    side, repeat_border = 8, True

    def __init__(self, vector: torch.Tensor) -> None:
        self._vector = vector

    def cut(self, mesh: object) -> np.ndarray:
        return np.eye(2, 3)

    def features(self, chips: torch.Tensor) -> torch.Tensor:
        return self._vector.expand(len(chips), -1) + 0 * chips.mean((1, 2, 3))[:, None]

    ghosts = features

    def vectors(self, features: torch.Tensor) -> torch.Tensor:
        return F.normalize(features)


@pytest.mark.parametrize(
    ("parts", "sure", "moves"), [(SURE**2 + 0.1, SURE, 2), (1.0, SURE, 7), (1.2**2, 1.1, 2)]
)
def test_it_goes_on_as_long_as_a_recogniser_still_lacks_something(
    parts: float, sure: float, moves: int
) -> None:
    still, place = (
        Still(),
        Place(np.zeros((16, 16, 3), np.float32), MESH, (0, 0, 16, 16), 0, 0, 1.0),
    )
    told: list[int] = []
    networks = {"far": Saying(looks(parts, "far"))}
    attack(still, place, networks, AIM, Effort(steps=2, more=5, sure=sure), 0, told.append)
    assert still.moves == moves
    assert told == list(range(min(moves + 1, 7)))
