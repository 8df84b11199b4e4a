"""The colour of the hair."""

from __future__ import annotations

from ml.types import Form, Question

QUESTION = Question(
    "What colour is this person's hair?",
    Form.CHOICE,
    ("black", "brown", "blond", "red", "grey or white", "bald"),
    name="hair-colour",
    paraphrases=(
        "Which hair colour does this person have?",
        "Looking at the top of the head, what colour is the hair?",
    ),
    of_face=True,
)
