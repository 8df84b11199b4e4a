"""Prints what a model's card should tell as MEASURED, out of docs/benchmarks: `python -m
tests.fitting.card_figures MODEL`."""

from __future__ import annotations

import sys
from itertools import groupby
from textwrap import wrap

from ml import registry
from ml.evaluation import measuring, results
from ml.evaluation.figures import figures
from tests.benchmarks.photos import ROOT


def main(model: str) -> None:
    registry.discover()
    measuring.discover()
    print("# From docs/benchmarks; a test holds them equal.\nMEASURED = (")
    for path in sorted((ROOT / "docs" / "benchmarks").glob("*-*-*-*-*.json")):
        result = results.read(path)
        if result.model != model:
            continue
        for (data, date, command), same in groupby(
            figures(result), lambda one: (one.data, one.date, one.command)
        ):
            print("    *figures(")
            for word in (data, date, command):
                print(f"        {word!r},")
            print("        {")
            for one in same:
                first, *more = wrap(one.value, 70, drop_whitespace=False)
                if more:
                    lines = "\n                ".join(map(repr, (first, *more)))
                    print(f"            {one.metric!r}: (\n                {lines}\n            ),")
                else:
                    print(f"            {one.metric!r}: {first!r},")
            print("        },\n    ),")
    print(")")


if __name__ == "__main__":
    main(sys.argv[1])
