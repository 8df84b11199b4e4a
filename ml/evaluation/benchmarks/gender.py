"""Gender labels: how often the word is the one that the set's makers wrote, by group."""

from __future__ import annotations

from functools import partial

from ml.evaluation import words
from ml.evaluation.measuring import Benchmark, register
from ml.evaluation.readers.people import EXPECTS

GENDER = register(
    Benchmark(
        name="gender",
        title="Apparent gender",
        asks="gender",
        metrics=(
            "accuracy",
            "accuracy_read",
            "accuracy_adults",
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
            "accuracy_adults": "accuracy, adults",
            "ece": "calibration error",
        },
        run=partial(words.measured, label="gender"),
    )
)
