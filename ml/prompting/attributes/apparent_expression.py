"""What a face shows; not what the person feels."""

from __future__ import annotations

from ml.registry import Sensitive
from ml.types import Form, Question

QUESTION = Question(
    "Which expression does this face show?",
    Form.CHOICE,
    ("angry", "disgusted", "afraid", "happy", "sad", "surprised", "neutral"),
    name="apparent-expression",
    version=2,
    paraphrases=(
        "How would most people describe the look on this person's face?",
        "Looking at mouth, eyes and brows, what does this face express?",
    ),
    sensitive=Sensitive.EMOTION,
    of_face=True,
)
