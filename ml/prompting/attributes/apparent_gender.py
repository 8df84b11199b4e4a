"""What a face would be called in a glance; not what the person is."""

from __future__ import annotations

from ml.registry import Sensitive
from ml.types import Form, Question

QUESTION = Question(
    "Does this person look female or male?",
    Form.CHOICE,
    ("female", "male"),
    name="apparent-gender",
    paraphrases=(
        "Does this person look male or female?",
        "Which gender would most people guess from this face?",
    ),
    sensitive=Sensitive.GENDER,
    of_face=True,
)
