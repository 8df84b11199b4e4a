"""Of several recognisers a cloak is made most against those that are still near."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from ml.protection import kinds
from ml.protection.attack import ENOUGH, LEAST, Aim

OWN = F.normalize(torch.ones(1, 8))
LIMITS = {"near": 0.4, "far": 0.8}
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
