"""How the hair is cut or worn."""

from __future__ import annotations

from ml.types import Form, Question

QUESTION = Question(
    "How does this person wear the hair?",
    Form.CHOICE,
    ("bald or shaved", "short", "to the chin", "to the shoulders", "long", "tied up", "covered"),
    name="haircut",
    paraphrases=(
        "What kind of haircut does this person have?",
        "How long is this person's hair, or is it tied up, covered or gone?",
    ),
    of_face=True,
)
