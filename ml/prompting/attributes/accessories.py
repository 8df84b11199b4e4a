"""What is worn besides clothes; each is asked for by itself."""

from __future__ import annotations

from ml.types import Form, Question

QUESTION = Question(
    "Which of these does this person wear?",
    Form.CHOICES,
    (
        *("glasses", "sunglasses", "hat or cap", "headscarf", "earrings", "necklace", "tie"),
        *("headphones", "face mask"),
    ),
    name="accessories",
    paraphrases=("Which accessories are to be seen on this person?",),
    of_face=True,
)
