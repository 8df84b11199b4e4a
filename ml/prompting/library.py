"""The questions that are known by name, each with its form and, where choices matter, its words.

A question's version is raised when what it asks or may be answered changes: older answers stay, and
say which version they answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ml.prompting.attributes import ATTRIBUTES
from ml.registry import Sensitive
from ml.types import Form, Question

COLOURS = (
    *("black", "grey", "white", "brown", "beige", "red", "orange", "yellow"),
    *("green", "blue", "purple", "pink"),
)
HAIR = ATTRIBUTES["hair-colour"].choices


def _by_name(questions: Iterable[Question]) -> dict[str, Question]:
    return {one.name: one for one in questions}


QUESTIONS: Mapping[str, Question] = _by_name(
    (
        Question("How many people are in the photo?", Form.NUMBER, name="people", lowest=0),
        Question("Is this person smiling?", Form.YES_NO, name="smiling", of_face=True),
        Question("Who looks at whom?", Form.TEXT, name="who-looks-at-whom"),
        Question(
            "Does this person look into the camera?",
            Form.YES_NO,
            name="faces-camera",
            of_face=True,
        ),
        Question("Are this person's eyes open?", Form.YES_NO, name="eyes-open", of_face=True),
        Question(
            "What colour are this person's clothes?",
            Form.CHOICE,
            COLOURS,
            name="clothing-colour",
            of_face=True,
        ),
        Question(
            "Is this person's hair dark or light?",
            Form.CHOICE,
            ("dark", "light"),
            name="hair-shade",
            of_face=True,
        ),
        Question("Does this person wear glasses?", Form.YES_NO, name="glasses", of_face=True),
        Question("Does this person have a beard?", Form.YES_NO, name="beard", of_face=True),
        Question("What is written in the photo?", Form.TEXT, name="visible-text"),
        Question("Was the photo taken in daylight?", Form.YES_NO, name="daylight"),
        Question("Is the photo sharp?", Form.YES_NO, name="sharp"),
        Question("When was the photo taken?", Form.TEXT, name="when"),
        Question("Where was the photo taken?", Form.TEXT, name="where"),
        Question(
            "How old does this person look?",
            Form.NUMBER,
            name="apparent-age",
            unit="years",
            lowest=0,
            highest=110,
            sensitive=Sensitive.AGE,
            of_face=True,
        ),
    )
) | dict(ATTRIBUTES)


def names() -> tuple[str, ...]:
    """The questions that can be asked by name."""
    return tuple(QUESTIONS)
