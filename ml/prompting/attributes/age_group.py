"""The age group that a face looks to be of, as FairFace's classes have it."""

from __future__ import annotations

from ml.registry import Sensitive
from ml.types import Form, Question

GROUPS = ("0-2", "3-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "more than 70")
STARTS = (0, 3, 10, 20, 30, 40, 50, 60, 70)
QUESTION = Question(
    "Which age group does this person look to be in, in years?",
    Form.CHOICE,
    GROUPS,
    name="age-group",
    paraphrases=(
        "About how many years old does this person look?",
        "Judging by the face, what is this person's apparent age in years?",
    ),
    sensitive=Sensitive.AGE,
    of_face=True,
)


def group(years: float) -> str:
    """The group that an age, in years from 0 up, is in."""
    return GROUPS[sum(years >= start for start in STARTS) - 1]
