"""CelebA's "male": what the face would be called in a glance."""

from __future__ import annotations

from ml.registry import Sensitive
from ml.types import Form, Question

QUESTION = Question(
    "Does the word “male” fit this person's face?",
    Form.YES_NO,
    name="celeba-male",
    paraphrases=(
        "Would most people call this face a man's?",
        "Looking at the face alone, does it look male?",
    ),
    sensitive=Sensitive.GENDER,
    of_face=True,
)
