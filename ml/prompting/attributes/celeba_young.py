"""CelebA's "young": how old the face looks, in one word."""

from __future__ import annotations

from ml.registry import Sensitive
from ml.types import Form, Question

QUESTION = Question(
    "Does the word “young” fit this person's face?",
    Form.YES_NO,
    name="celeba-young",
    paraphrases=(
        "Would most people call this face young?",
        "Looking at the face alone, does the person look young?",
    ),
    sensitive=Sensitive.AGE,
    of_face=True,
)
