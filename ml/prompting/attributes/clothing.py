"""What is worn on the upper body."""

from __future__ import annotations

from ml.types import Form, Question

QUESTION = Question(
    "What does this person wear on the upper body?",
    Form.CHOICE,
    (
        *("T-shirt", "shirt or blouse", "sweater or hoodie", "jacket or coat", "suit", "dress"),
        *("uniform or work clothes", "sportswear", "something else", "not to be seen"),
    ),
    name="clothing",
    paraphrases=(
        "Which kind of clothes does this person have on?",
        "Below the face, what garment is to be seen?",
    ),
    of_face=True,
)
