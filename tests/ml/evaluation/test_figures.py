"""What stands on a card is what was measured, and results survive being written."""

from __future__ import annotations

from fnmatch import fnmatch
from importlib.util import find_spec
from math import isnan
from pathlib import Path

import pytest

from ml import registry
from ml.evaluation import measuring, results
from ml.evaluation.figures import figures, value
from ml.evaluation.plots import Bars, Grid, Lines
from ml.evaluation.results import Group, Result, Used, Value
from ml.registry import Figure, ModelCard

ROOT = Path(__file__).resolve().parents[3]
MEASURED = sorted((ROOT / "docs" / "benchmarks").glob("*-*-*-*-*.json"))
FITTING = "python -m tests.fitting."
registry.discover()
measuring.discover()


def result(**changed: object) -> Result:
    values = {
        "task": "gender", "title": "Apparent gender", "model": "m", "main": "accuracy",
        "unit": "share", "lower_is_better": False, "models": (Used("m", "ab", 1),), "data": "set",
        "data_digest": "cd", "limit": None, "seed": 0, "draws": 10, "n": 1200, "skipped": 3,
        "metrics": {"accuracy": Value(0.9, 0.88, 0.92), "ece": Value(0.1, 0.05, float("nan"))},
        "counts": {"photos": 5},
        "groups": (
            Group("race", "asian", 40, {"accuracy": Value(0.8, 0.7, 0.9)}),
            Group("race", "white", 60, {"accuracy": Value(0.95, 0.9, 0.99)}),
        ),
        "worst": {"race": "asian"}, "date": "2026-11-23T20:00:00+00:00", "seconds": 1.5,
        "commit": "abc", "machine": {"cores": 2}, "command": "manage.py evaluate gender",
        "grids": (Grid("a", "A", ["x"], ["x", "y"], [[1.0, 2.0]]),),
    }  # fmt: skip
    return Result(**{**values, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("metric", "unit", "said"),
    [
        ("accuracy", "share", "12.3 % (10.0 to 15.0)"),
        ("mae_yaw", "degrees", "0.1 degrees (0.1 to 0.1)"),
        ("milliseconds_median", "share", "0.1 ms (0.1 to 0.1)"),
        ("nme", "eye distances", "0.1234 (0.1 to 0.15)"),
    ],
)
def test_figures_are_said_in_their_unit(metric: str, unit: str, said: str) -> None:
    assert value(metric, Value(0.1234, 0.1, 0.15), unit) == said


def test_results_survive_being_written(tmp_path: Path) -> None:
    first, second = (results.written(result(), tmp_path) for _ in range(2))
    assert [p.name for p in (first, second)] == [
        "2026-11-23-gender-m.json", "2026-11-23-gender-m-2.json",
    ]  # fmt: skip
    read = results.read(first)
    assert isnan(read.metrics["ece"].high)
    assert read.to_json() == result().to_json()


def test_flat_names_carry_intervals() -> None:
    flat = result().flat
    assert flat["n"] == 1200 and flat["skipped"] == 3 and flat["photos"] == 5
    assert (flat["accuracy"], flat["accuracy_low"], flat["accuracy_high"]) == (0.9, 0.88, 0.92)
    assert flat["ece_high"] is None


def test_cards_are_told_in_words_with_the_worst_group() -> None:
    told = {figure.metric: figure for figure in figures(result())}
    assert told["accuracy"].value == "90.0 % (88.0 to 92.0)"
    assert told["accuracy"].data == "set, 1,200 faces, 3 not read"
    assert told["accuracy by race"].value == "asian 80.0 % (worst), white 95.0 %"


@pytest.mark.parametrize("card", registry.cards(), ids=lambda card: card.name)
def test_what_stands_on_a_card_was_measured(card: ModelCard) -> None:
    there: set[Figure] = set()
    for path in MEASURED:
        one = results.read(path)
        if one.model == card.name and card.digest == one.models[0].digest:
            assert one.models[0].recipe == card.recipe, f"{path.name} is of an older recipe"
            there |= set(figures(one))
    by_eye = {one for one in card.measured if one.command.startswith(FITTING)}
    assert set(card.measured) - by_eye == there
    for one in by_eye:  # no data set holds the truth: a list in tests/fitting does
        assert find_spec(one.command.removeprefix("python -m ").split()[0])


def test_sensitive_cards_tell_their_figures_by_group() -> None:
    for card in registry.cards():
        if card.sensitive and not card.measured:
            assert card.known_limits.startswith("Not measured")
        elif card.sensitive:
            assert any(" by " in figure.metric for figure in card.measured)
            assert any("(worst)" in figure.value for figure in card.measured)


def test_the_committed_results_are_of_whole_sets_and_clean_code() -> None:
    for one in map(results.read, MEASURED):
        assert one.limit is None and one.commit and not one.commit.endswith("dirty")
        assert "/" not in one.data


def test_figures_are_drawn_as_svg() -> None:
    lines = Lines("a", "A & B", "x", "y", {"one": [(0.001, 0.2), (1.0, 1.0)]}, log_x=True)
    bars = Bars("b", "Bars", "y", {"one": (1.0, 0.5, 1.5), "two": (2.0, float("nan"), 3.0)})
    grid = Grid("c", "Grid", ["x"], ["x", "no answer"], [[3.0, 1.0]])
    for plot in (lines, bars, grid):
        svg = plot.svg()
        assert svg.startswith("<svg") and svg.rstrip().endswith("</svg>") and "nan" not in svg
    assert "A &amp; B" in lines.svg() and "75 %" in grid.svg()


def test_a_benchmark_names_the_metrics_it_gives() -> None:
    for one in map(results.read, MEASURED):
        named = measuring.get(one.task).metrics
        assert [n for n in one.metrics if not any(fnmatch(n, pattern) for pattern in named)] == []
        assert one.main in one.metrics
