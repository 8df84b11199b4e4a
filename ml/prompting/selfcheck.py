"""Tries a language model on one photo whose answers are known: does it run here, and see anything?

The photo is scikit-image's astronaut: Eileen Collins in an orange space suit, smiling, before a
flag and a model of a shuttle. What is expected is what the published models are made to tell
(a person, what is worn, what the picture shows), and hard to get right by chance in all lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter

from ml.contracts import Asked, Engine, View
from ml.progress import Progress, silent
from ml.selfchecks import Line, Verdict
from ml.types import Answer, Box, Face, Form, Picture, Question, Value

FACE = Face(Box(175.0, 65.0, 270.0, 190.0), 1.0)  # where her face is, in 512 x 512 pixels


@dataclass(frozen=True, slots=True)
class Expected:
    """A question and what answers it: one of these values, or a text with one of these words."""

    question: Question
    right: tuple[Value, ...]

    def met(self, answer: Answer) -> bool:
        if self.question.form is Form.TEXT:
            said = str(answer.value or "").casefold()
            return any(str(word) in said for word in self.right)
        return answer.value in self.right


SUIT = ("space suit", "swimming costume", "evening dress", "apron")
EXPECTED = (
    Expected(Question("Is there a person in the picture?", Form.YES_NO), (True,)),
    Expected(Question("Is there a horse in the picture?", Form.YES_NO), (False,)),
    Expected(Question("What does the person wear?", Form.CHOICE, SUIT), ("space suit",)),
    Expected(
        Question("Is this person smiling?", Form.YES_NO, of_face=True),
        (True,),
    ),
    Expected(
        Question("What does the picture show?"),
        ("astronaut", "space", "woman", "person", "nasa"),
    ),
)


def checked(
    engine: Engine,
    picture: Picture,
    expected: Iterable[Expected] = EXPECTED,
    progress: Progress = silent,
) -> Verdict:
    """Put the questions to the engine.

    Raises:
        MLError: it cannot work at all.
    """
    began = perf_counter()
    one_by_one = tuple(expected)
    asked = Asked([one.question for one in one_by_one])
    answers = engine.answers(View(picture, (FACE,)), asked, progress)
    return Verdict(lines(one_by_one, answers), round(perf_counter() - began, 1))


def lines(expected: Sequence[Expected], answers: Sequence[Answer]) -> tuple[Line, ...]:
    return tuple(
        Line(one.question.text, said(answer), " or ".join(map(words, one.right)), one.met(answer))
        for one, answer in zip(expected, answers, strict=True)
    )


def said(answer: Answer) -> str:
    """An answer in words, with its odds where there are some."""
    if answer.value is None:
        return answer.declined or answer.invalid
    odds = ", ".join(f"{word} {share:.2f}" for word, share in answer.odds.items())
    return f"{words(answer.value)} ({odds})" if odds else words(answer.value)


def words(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
