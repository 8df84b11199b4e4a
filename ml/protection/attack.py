"""Changes a face until recognisers no longer match it: the optimiser behind make-up and cloak.

Steepest ascent with momentum (Dong et al., Boosting Adversarial Attacks with Momentum, 2018) over
changes a photo may go through (ml.protection.transformations) and over all recognisers together.
Steps have a length, not a sign each: what counts for the recognisers gets the most of what may be
changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ml.contracts import FaceNetwork
from ml.protection.places import Place
from ml.protection.transformations import Draw, on_their_way, vectors

if TYPE_CHECKING:
    import torch

MOMENTUM = 1.0
ALREADY = 0.3  # added to squared distances in parts of the limit's, of which the logarithm counts
# A recogniser whose looks are all so far from the own face (squared distances in parts of the
# limit's) counts least: more there protects no better, and the others need what may be changed.
ENOUGH, LEAST = 2.5, 0.1
OWN_BESIDES = 0.25  # what leaving the own face counts beside coming near another's


class Disguise(Protocol):
    """What is changed: its parameters, and the photo with them."""

    parameters: list[torch.Tensor]
    steps: list[float]

    def on(self, place: Place) -> torch.Tensor:
        """1 x 3 x H x W, 0..255, the place with the change."""

    def cost(self, pixels: torch.Tensor) -> torch.Tensor:
        """What the change costs besides: what looks wrong. pixels: what `on` gave at work."""

    def confine(self) -> None:
        """Bring the parameters back within their limits."""


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """By recogniser, vectors of unit length (1 x D). away: the face's own, which it is not to be
    matched with. towards: of whom it is to be taken for; none for nobody. limits: by recogniser,
    the distance below which it matches."""

    away: Mapping[str, torch.Tensor]
    towards: Mapping[str, torch.Tensor]
    limits: Mapping[str, float]

    def missed(self, name: str, seen: torch.Tensor) -> torch.Tensor:
        """How far the vectors (N x D) are from the aim; lower is better. Distances count in parts
        of the recogniser's own limit, and each part more costs less than the one before: else the
        recogniser that is easiest to mislead would take all that may be changed."""
        limit = self.limits[name] ** 2 / 2
        own = (1 - seen @ self.away[name].T) / limit
        loss = -(own + ALREADY).log().mean()
        if name in self.towards:
            far = (1 - seen @ self.towards[name].T) / limit
            loss = OWN_BESIDES * loss + (far + ALREADY).log().mean()
        return loss

    def weight(self, name: str, seen: torch.Tensor) -> float:
        """LEAST..1: how much of the way from the own face a recogniser's looks still have to go."""
        own = (1 - seen.detach() @ self.away[name].T) / (self.limits[name] ** 2 / 2)
        lacking = float((1 - own / ENOUGH).clamp(0, 1).mean())
        return LEAST + (1 - LEAST) * lacking

    def lacks(self, name: str, seen: torch.Tensor, sure: float) -> float:
        """How much nearer to the own face than `sure` the nearest of the vectors (N x D) is, or
        further than its inverse from whom it is to be taken for, in parts of the limit; 0: enough.
        """
        near = float(self._apart(name, seen, self.away[name]).min())
        lack = max(sure - near, 0.0)
        if name in self.towards:
            far = float(self._apart(name, seen, self.towards[name]).max())
            lack = max(OWN_BESIDES * lack, far - 1 / sure)
        return lack

    def _apart(self, name: str, seen: torch.Tensor, face: torch.Tensor) -> torch.Tensor:
        """N distances in parts of the recogniser's limit."""
        return (2 - 2 * seen.detach() @ face.T).clamp_min(0).sqrt() / self.limits[name]


@dataclass(frozen=True, slots=True)
class Effort:
    """steps: of the optimiser. looks: chips a step, of all recognisers together. balanced: of
    several recognisers those count most that are still near. more: steps at most that follow, as
    long as a recogniser is still near by its own recipe. sure: the distance, in parts of the
    limit, at which it no longer is."""

    steps: int = 32
    looks: int = 3
    draw: Draw = field(default_factory=Draw)
    balanced: bool = False
    more: int = 0
    sure: float = 1.6

    @property
    def most(self) -> int:
        """Steps at most."""
        return self.steps + self.more


def attack(
    disguise: Disguise,
    place: Place,
    networks: Mapping[str, FaceNetwork],
    aim: Aim,
    effort: Effort,
    seed: int,
    step_done: Callable[[int], None],
) -> None:
    """Moves the disguise's parameters. step_done: called with how many steps are done; what it
    raises stops the work."""
    import torch

    random = np.random.default_rng(seed)
    pace = [torch.zeros_like(one) for one in disguise.parameters]
    for step in range(effort.steps):
        step_done(step)
        _move(disguise, pace, _slopes(disguise, place, networks, aim, effort, random))
    pace = [torch.zeros_like(one) for one in disguise.parameters]
    for step in range(effort.steps, effort.most):
        step_done(step)
        slopes = _slopes_of_nearest(disguise, place, networks, aim, effort.sure, random)
        if slopes is None:
            break
        _move(disguise, pace, slopes)


def _move(disguise: Disguise, pace: Sequence[torch.Tensor], slopes: Sequence[torch.Tensor]) -> None:
    """pace: moved on in place."""
    import torch

    with torch.no_grad():
        for one, slope, speed, length in zip(
            disguise.parameters, slopes, pace, disguise.steps, strict=True
        ):
            speed.mul_(MOMENTUM).add_(slope / slope.abs().mean().clamp_min(1e-12))
            one.sub_(length * speed / speed.square().mean().sqrt().clamp_min(1e-12))
        disguise.confine()


def _slopes(
    disguise: Disguise,
    place: Place,
    networks: Mapping[str, FaceNetwork],
    aim: Aim,
    effort: Effort,
    random: np.random.Generator,
) -> Sequence[torch.Tensor]:
    import torch

    for one in disguise.parameters:
        one.requires_grad_(True)
    pixels = disguise.on(place)
    loss = disguise.cost(pixels)
    for name, network in networks.items():
        looks = max(effort.looks // len(networks), 1)
        seen = vectors(network, pixels, place.mesh, looks, random, effort.draw)
        weight = aim.weight(name, seen) if effort.balanced and len(networks) > 1 else 1.0
        loss = loss + weight * aim.missed(name, seen)
    slopes = torch.autograd.grad(loss, disguise.parameters)
    for one in disguise.parameters:
        one.requires_grad_(False)
    return slopes


def _slopes_of_nearest(
    disguise: Disguise,
    place: Place,
    networks: Mapping[str, FaceNetwork],
    aim: Aim,
    sure: float,
    random: np.random.Generator,
) -> Sequence[torch.Tensor] | None:
    """Of the looks that still lack something, each as it arrives; those count most that lack most.
    None where none does."""
    import torch

    for one in disguise.parameters:
        one.requires_grad_(True)
    pixels = disguise.on(place)
    looks = [
        (name, look)
        for name, network in networks.items()
        for look in torch.split(on_their_way(network, pixels, place.mesh, random), 1)
    ]
    lacking = [aim.lacks(name, look, sure) ** 2 for name, look in looks]
    slopes = None
    if total := sum(lacking):
        loss = disguise.cost(pixels)
        for lack, (name, look) in zip(lacking, looks, strict=True):
            loss = loss + lack / total * aim.missed(name, look)
        slopes = torch.autograd.grad(loss, disguise.parameters)
    for one in disguise.parameters:
        one.requires_grad_(False)
    return slopes
