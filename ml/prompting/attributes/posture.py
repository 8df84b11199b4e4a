"""How somebody holds the body."""

from __future__ import annotations

from ml.types import Form, Question

QUESTION = Question(
    "What is this person's posture?",
    Form.CHOICE,
    ("standing", "sitting", "lying", "kneeling or crouching", "walking or running", "not seen"),
    name="posture",
    paraphrases=(
        "Is this person standing, sitting, lying or moving?",
        "How does this person hold the body?",
    ),
    of_face=True,
)
