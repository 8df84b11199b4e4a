"""What the house costs: the pipeline against the same models called by hand on a photo decoded in
this process; and, beside it, against nothing but their networks' arithmetic on ready inputs."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ml import registry, runtimes
from ml.analysis.pipeline import AnalyseInputs, AnalyseOptions, analyse
from ml.contracts import Output, View
from ml.decoding import opening
from ml.evaluation.looking import installed
from ml.pipelines import Context
from ml.pool import Pool
from ml.registry import Model, in_order
from ml.types import Face, Picture
from ml.weights import Weights
from tests.benchmarks.photos import photos, weights_folder
from tests.benchmarks.planned import unasked_of
from tests.benchmarks.timing import machine, milliseconds, ratio, side_by_side

FLOOR, GOAL = 1.15, 1.10


@contextmanager
def heard() -> Iterator[list[Any]]:
    """Every call of a network meanwhile, with its input."""
    calls: list[Any] = []

    def listening(original: Callable[[Any, Any], object]) -> Callable[[Any, Any], object]:
        def call(network: Any, array: Any) -> object:
            calls.append((partial(original, network), array))
            return original(network, array)

        return call

    originals = {runtime: runtime.__call__ for runtime in (runtimes.Onnx, runtimes.TfLite)}
    for runtime, original in originals.items():
        runtime.__call__ = listening(original)
    try:
        yield calls
    finally:
        for runtime, original in originals.items():
            runtime.__call__ = original


def called_by_hand(picture: Picture, loaded: Sequence[Model]) -> None:
    """The models one after another, as somebody would who has no pool, registry or job."""
    faces: tuple[Face, ...] = ()
    outputs: dict[Any, Output] = {}
    for model in loaded:
        output = model.run(View(picture, faces, outputs))
        outputs[model.card.task] = output
        faces = faces or output.faces


def decoded(path: Path) -> Any:
    """The same pixels, upright and in sRGB, decoded in this process without any limit."""
    with path.open("rb") as file, warnings.catch_warnings():
        return np.asarray(opening.opened(file, max_pixels=10**9).image)


def compared(path: Path, models: tuple[str, ...], context: Context) -> tuple[int, float, str]:
    def whole() -> Any:
        return analyse(AnalyseOptions(), AnalyseInputs(path, models), context)

    faces = len(whole().faces)
    with heard() as calls:
        whole()
    loaded = [context.pool.get(name) for name in models]

    def bare() -> None:
        called_by_hand(Picture(decoded(path)), loaded)

    def networks() -> None:
        decoded(path)
        for network, array in calls:
            network(array)

    seconds = side_by_side({"pipeline": whole, "bare": bare, "networks": networks})
    times = ratio(seconds["pipeline"], seconds["bare"])
    strict = ratio(seconds["pipeline"], seconds["networks"])
    columns = [f"{milliseconds(seconds[name]):>11}" for name in seconds]
    return faces, times, f"{''.join(columns)}{times:>8.2f}{strict:>12.2f}"


def main() -> None:
    registry.discover()
    weights = Weights(weights_folder())
    here = installed(weights)
    best = [card for card in registry.cards() if card == registry.best(card.task, here)]
    chosen = [card.name for card in unasked_of(best)]
    models = tuple(in_order(chosen))
    context = Context(Pool(weights))
    print(f"pipeline against the models called by hand plus decoding; {machine()}")
    print(f"{', '.join(models)}; {runtimes.threads()} threads")
    heads = f"{'pipeline':>11}{'by hand':>11}{'networks':>11}{'ratio':>8}{'to networks':>12}"
    print(f"{'photo':<28}{'faces':>6}{heads}")
    ratios = []
    with TemporaryDirectory() as folder:
        for path in photos(Path(folder)):
            faces, times, row = compared(path, models, context)
            ratios.append(times)
            print(f"{path.stem:<28}{faces:>6}{row}")
    middle = float(np.median(ratios))
    met = "goal met" if middle <= GOAL else "floor met" if middle <= FLOOR else "MISSED"
    print(f"median ratio {middle:.2f} (floor {FLOOR}, goal {GOAL:.2f}): {met}")
    sys.exit(middle > FLOOR)


if __name__ == "__main__":
    main()
