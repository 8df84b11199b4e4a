"""CelebA's "pale skin", which tells of what is as sensitive as descent."""

from __future__ import annotations

from ml.registry import Sensitive
from ml.types import Form, Question

QUESTION = Question(
    "Do the words “pale skin” fit this person's face?",
    Form.YES_NO,
    name="celeba-pale-skin",
    paraphrases=(
        "Would most people call the skin of this face pale?",
        "Looking at the face alone, is the skin pale?",
    ),
    sensitive=Sensitive.RACE,
    of_face=True,
)
