"""Expression: how often the word is the one that people gave the face."""

from __future__ import annotations

from functools import partial

from ml.evaluation import words
from ml.evaluation.measuring import Benchmark, register
from ml.evaluation.readers.people import EXPECTS

EXPRESSION = register(
    Benchmark(
        name="expression",
        title="Apparent expression",
        asks="expression",
        metrics=(
            "accuracy",
            "accuracy_read",
            "macro_f1",
            "balanced_accuracy",
            "ece",
            "baseline_accuracy",
            "recall_*",
        ),
        reads=EXPECTS,
        by_group=("ece",),
        on_card={
            "accuracy": "accuracy",
            "accuracy_read": "accuracy, faces read",
            "macro_f1": "macro F1",
            "ece": "calibration error",
        },
        run=partial(words.measured, label="expression"),
    )
)
