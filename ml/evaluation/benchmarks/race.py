"""Race labels: how often a model repeats the word that a set's makers chose for a face, by group.

Such words sort looks; they are no fact about a person. The figure tells how a model that claims to
read them treats people, nothing else.
"""

from __future__ import annotations

from functools import partial

from ml.evaluation import words
from ml.evaluation.measuring import Benchmark, register
from ml.evaluation.readers.people import EXPECTS

RACE = register(
    Benchmark(
        name="race",
        title="Race labels",
        asks="race",
        metrics=(
            "accuracy",
            "accuracy_read",
            "balanced_accuracy",
            "macro_f1",
            "ece",
            "baseline_accuracy",
            "recall_*",
        ),
        reads=EXPECTS,
        by_group=("ece",),
        on_card={
            "accuracy": "accuracy",
            "balanced_accuracy": "balanced accuracy",
        },
        run=partial(words.measured, label="race"),
    )
)
