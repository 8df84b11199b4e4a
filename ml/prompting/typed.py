"""Turns what a language model gives back into a typed value: one of what may be answered, or none.

Choices are enums throughout: yes or no, the question's own, and for numbers ranges, since small
models write numbers as they write anything. What is none of them is invalid, and never guessed at.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ml.types import JSON, Box, Form, Question, Value

COUNTED = 10  # a language model is not trusted to count further
PARTS = 11  # ranges that an interval of numbers is cut into, at most
LONGEST = 300  # characters of a short text
SHOWN = 80  # characters of what is repeated where it was no answer
THOUSAND = 1000.0  # boxes are asked for in thousandths of the picture
MANY = 50  # boxes
WORDS = {Form.YES_NO: ("yes", "no")}
NONE_OF_THEM = "It answered “{}”, which is none of the possible answers."
NO_JSON = "It answered “{}”, which is not in the form that was asked for."
NO_TEXT = "It answered nothing."
NOT_SEEN = "It was not seen in the photo."
NOT_COUNTED = "It answered {} or more, and is not trusted to count so far."


@dataclass(frozen=True, slots=True)
class Told:
    """What came back for one wording. invalid: what came back instead of a value; declined: why
    there is none."""

    value: Value | None = None
    odds: Mapping[str, float] = field(default_factory=dict)
    interval: tuple[float, float] | None = None
    boxes: tuple[Box, ...] = ()
    invalid: str = ""
    declined: str = ""


def ranges(question: Question) -> dict[str, tuple[float, float]]:
    """The ranges that a number may be in: their words -> both ends, infinity where there is none.

    Whole numbers: one by one where they are few, else ranges of one width.
    """
    low = math.floor(question.lowest or 0)
    if question.highest is None:
        found = {str(low + n): (float(low + n), float(low + n)) for n in range(COUNTED)}
        return found | {f"{low + COUNTED} or more": (float(low + COUNTED), math.inf)}
    high = math.ceil(question.highest)
    step = max(math.ceil((high - low) / PARTS), 1)
    if step > 1:  # round widths are read more easily
        step = next((width for width in (2, 5, 10, 20, 50, 100) if width >= step), step)
    ends = [(one, min(one + step - 1, high)) for one in range(low, high + 1, step)]
    if len(ends) > 1 and ends[-1][0] == ends[-1][1] and step > 1:
        ends[-2:] = [(ends[-2][0], high)]
    return {str(a) if a == b else f"{a} to {b}": (float(a), float(b)) for a, b in ends}


def words(question: Question) -> tuple[str, ...]:
    """What may be answered, where that is a list of words; () for texts and boxes."""
    if question.form is Form.NUMBER:
        return tuple(ranges(question))
    return WORDS.get(question.form, question.choices)


def chosen(question: Question, word: str, odds: Mapping[str, float] | None = None) -> Told:
    """The value that one of the words stands for."""
    odds = odds or {}
    if question.form is Form.YES_NO:
        return Told(word == "yes", odds)
    if question.form is not Form.NUMBER:
        return Told(word, odds)
    low, high = ranges(question)[word]
    if math.isinf(high):
        return Told(None, odds, invalid=NOT_COUNTED.format(f"{low:g}"))
    return Told((low + high) / 2, odds, (low, high) if high > low else None)


def likeliest(question: Question, odds: Mapping[str, float]) -> Told:
    """The value of the likeliest word; the first of several."""
    return chosen(question, max(odds, key=lambda word: odds[word]), odds)


def schema(question: Question) -> JSON:
    """The JSON schema of an answer: an object with "answer"."""
    allowed = list(words(question))
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}
    answer: JSON
    if question.form is Form.TEXT:
        answer = {"type": "string", "maxLength": LONGEST}
    elif question.form is Form.BOXES:
        answer = {"type": "array", "items": box, "maxItems": MANY}
    elif question.form is Form.CHOICES:
        answer = {"type": "array", "items": {"type": "string", "enum": allowed}}
    else:
        answer = {"type": "string", "enum": allowed}
    return {
        "type": "object",
        "properties": {"answer": answer},
        "required": ["answer"],
        "additionalProperties": False,
    }


def parsed(question: Question, text: str, frame: Box) -> Told:
    """The value in what a model wrote. frame: the part of the photo it saw, in pixels."""
    answer = _answer_in(text)
    if question.form is Form.TEXT:
        said = _plain(answer if isinstance(answer, str) else text if answer is None else "")
        return Told(said[:LONGEST]) if said else Told(invalid=NO_TEXT)
    if question.form is Form.BOXES:
        return _boxes(answer, text, frame)
    if question.form is Form.CHOICES:
        return _several(question, answer, text)
    word = _word(text if answer is None else _spoken(answer), words(question))
    if word is None:
        return Told(invalid=NONE_OF_THEM.format(quoted(text)))
    return chosen(question, word)


def quoted(text: str) -> str:
    """What came back, short enough to be shown."""
    said = _plain(text)
    return said if len(said) <= SHOWN else said[: SHOWN - 1] + "…"


def _answer_in(text: str) -> Any:
    """What stands under "answer" in the first JSON object of the text; None where there is none."""
    reader = json.JSONDecoder()
    for found in re.finditer(r"\{", text):
        try:
            value, _ = reader.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            continue
        return value.get("answer")
    return None


def _plain(text: str) -> str:
    """In one line, without what is not printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _spoken(answer: Any) -> str:
    """A value of JSON as a word; "" for a list or an object, which is none."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return str(answer) if isinstance(answer, str | int | float) else ""


def _word(said: str, allowed: tuple[str, ...]) -> str | None:
    """The one of the words that is the whole answer. A word within a sentence does not count: "not
    red" and "red, as the sign says" hold one as well."""
    text = _plain(said).casefold().strip(" .!\"'")
    alone = [word for word in allowed if word.casefold() == text]
    return alone[0] if len(alone) == 1 else None


def _several(question: Question, answer: Any, text: str) -> Told:
    if not isinstance(answer, list):
        return Told(invalid=NO_JSON.format(quoted(text)))
    if strange := [one for one in answer if one not in question.choices]:
        return Told(invalid=NONE_OF_THEM.format(quoted(str(strange[0]))))
    return Told(tuple(one for one in question.choices if one in answer))


def _boxes(answer: Any, text: str, frame: Box) -> Told:
    if not isinstance(answer, list) or len(answer) > MANY or not all(map(_is_box, answer)):
        return Told(invalid=NO_JSON.format(quoted(text)))
    across, down = frame.width / THOUSAND, frame.height / THOUSAND
    boxes = tuple(
        Box(
            frame.left + left * across,
            frame.top + top * down,
            frame.left + right * across,
            frame.top + bottom * down,
        )
        for left, top, right, bottom in answer
    )
    return placed(boxes)


def placed(boxes: tuple[Box, ...]) -> Told:
    """Where something was seen: the value is empty, the boxes are the answer."""
    return Told("", boxes=boxes) if boxes else Told(declined=NOT_SEEN)


def _is_box(one: Any) -> bool:
    if not isinstance(one, list) or len(one) != 4:
        return False
    if not all(isinstance(n, int | float) and 0 <= n <= THOUSAND for n in one):
        return False
    left, top, right, bottom = one
    return bool(left < right and top < bottom)
