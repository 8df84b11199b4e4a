"""A way to show any picture to any model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ml import decode, registry
from ml.contracts import DETECTION, Output, View
from ml.evaluation.looking import installed
from ml.pool import Pool
from ml.registry import ModelCard, best
from ml.types import Face, Picture
from ml.weights import Pypi, Weights


@pytest.fixture(scope="session")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


@pytest.fixture(autouse=True)
def _has_its_weights(request: pytest.FixtureRequest, pool: Pool) -> None:
    """A model whose weights come from npm cannot be tried on a machine that lacks npm."""
    card = request.node.callspec.params.get("card") if hasattr(request.node, "callspec") else None
    if card is not None and not pool.weights.has(card.weights):
        packaged = all(isinstance(source, Pypi) for source in card.weights)
        assert not packaged, f"{card.name} is of the core and was not fetched"
        pytest.skip(f"{card.name} is not installed: its weights come from npm")


@pytest.fixture(scope="session")
def portrait(astronaut: Path) -> Picture:
    return decode.picture(astronaut)


@pytest.fixture
def show(pool: Pool) -> Callable[..., tuple[View, Output]]:
    """Run a model on a picture after the models it needs. faces: instead of those detected."""

    def shown(
        card: ModelCard, picture: Picture, faces: tuple[Face, ...] | None = None
    ) -> tuple[View, Output]:
        here = installed(pool.weights)
        names, waiting = set(), [card]
        while waiting:
            names.add((one := waiting.pop()).name)
            waiting += [found for task in one.needs if (found := best(task, here))]
        outputs, seen = {}, faces or ()
        for name in registry.in_order(names):
            one = registry.get(name).card
            view = View(picture, seen, {task: outputs[task] for task in one.needs})
            if one.task == DETECTION and one != card and faces is not None:
                outputs[one.task] = Output(faces=faces)
                continue
            outputs[one.task] = pool.run(name, view)
            seen = seen or outputs[one.task].faces
        return view, outputs[card.task]

    return shown
