"""Blush and lips are as strong as the skin they go on bears."""

from __future__ import annotations

import pytest
import torch

from ml.protection.makeup import LIGHT, PALEST, suited

ROSE = torch.tensor([196.0, 98.0, 104.0])


def grey(light: float) -> torch.Tensor:
    return torch.full((3,), light)


def test_light_skin_gets_the_colour_that_was_asked_for() -> None:
    assert torch.allclose(suited(ROSE, grey(LIGHT + 20)), ROSE)


def test_the_darker_the_skin_the_less_a_colour_differs_from_it() -> None:
    apart = [float((suited(ROSE, grey(x)) - grey(x)).norm() / (ROSE - grey(x)).norm())
             for x in (0.0, 60.0, 120.0)]  # fmt: skip
    assert apart == sorted(apart)
    assert apart[0] == pytest.approx(PALEST)


def test_its_hue_stays_between_the_skins_and_its_own() -> None:
    skin = torch.tensor([90.0, 60.0, 48.0])
    made = suited(ROSE, skin)
    assert ((made - skin) / (ROSE - skin) > 0).all() and ((made - ROSE) / (skin - ROSE) > 0).all()
