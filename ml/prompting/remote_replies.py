"""What is taken of a reply.

Only what the question's form allows is taken: one of its choices, a number in its range, boxes
inside the picture, a short text without control characters. Whatever else stands in a reply, such
as instructions, is neither followed nor kept.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ml.prompting.remote_forms import ANSWER, GRID, SIDES, UNKNOWN, options
from ml.prompting.remote_odds import odds
from ml.prompting.remote_wire import Completion, at
from ml.prompting.sights import Sight
from ml.types import Box, Form, Question
from ml.types.asked import Value
from ml.types.picture import JSON

LONGEST_TEXT = 500
MOST_BOXES = 50
MOST_TRIED = 50  # braces at which JSON may begin
FARTHEST = 1e12  # no count or measure in a photo is larger
WORDS: Mapping[str, bool] = {"yes": True, "no": False}
THINKING = re.compile(r"<think>.*?</think>", re.DOTALL)

NO_JSON = "what came back could not be read as an answer."
CUT = "what came back was longer than asked for, and was cut off."
NOT_A_CHOICE = "what came back is none of the choices."
NOT_YES_NO = "what came back is neither yes nor no."
NO_NUMBER = "what came back is no number in the range asked for."
NO_TEXT = "what came back is no text."
NO_BOXES = "what came back are no places in the picture."
TWO_ANSWERS = "two different answers came back."
CANNOT_TELL = "The service says that the photo does not tell."
NOTHING_SEEN = "The service found no such place in the photo."
DECLINED = "The service declined to answer."


@dataclass(frozen=True, slots=True)
class Taken:
    """What a reply says: a value, or why there is none. See ml.types.Answer."""

    value: Value | None = None
    odds: Mapping[str, float] = field(default_factory=dict)
    boxes: tuple[Box, ...] = ()
    declined: str = ""
    invalid: str = ""


class Wrong(Exception):
    """What came back is no answer; in words."""


def taken(question: Question, reply: Completion, sight: Sight) -> Taken:
    """Of a reply about one subject.

    Raises:
        Wrong: it is no answer.
    """
    if reply.refused:
        return Taken(declined=DECLINED)
    said = _answer(question, reply)
    found = _one(question, said, sight)
    words = next((word for word in options(question) if _value(question, word) == found.value), "")
    return Taken(found.value, odds(question, reply, words), found.boxes, found.declined)


def taken_of_each(
    question: Question, reply: Completion, numbers: Sequence[int], sight: Sight
) -> list[Taken]:
    """Of a reply about several faces at once, one for each; a single one may be invalid.

    Raises:
        Wrong: it is no JSON with those numbers.
    """
    if reply.refused:
        return [Taken(declined=DECLINED)] * len(numbers)
    keys = [str(number) for number in numbers]
    objects = [one for one in _objects(reply) if any(key in one for key in keys)]
    return [_or_invalid(question, _only(objects, reply).get(key), sight) for key in keys]


def cleaned(text: str) -> str:
    """One line without control, direction and unpaired characters, not long."""
    plain = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in text)
    plain = " ".join(plain.split())
    return plain if len(plain) <= LONGEST_TEXT else plain[: LONGEST_TEXT - 1].rstrip() + "…"


# -- reading it


def _answer(question: Question, reply: Completion) -> Any:
    """What stands under "answer"; or all of it, where it is no JSON but plainly an answer."""
    objects = [one for one in _objects(reply) if ANSWER in one]
    bare = THINKING.sub("", reply.text).strip()
    if not objects and "{" not in bare and bare and not reply.cut:
        word = bare.strip(" .\"'`*\n")
        known = {one.casefold() for one in (*options(question), UNKNOWN)}
        if question.form is Form.TEXT or word.casefold() in known:
            return word
    return _only(objects, reply)[ANSWER]


def _objects(reply: Completion) -> list[JSON]:
    """The JSON objects in it, whatever stands around them."""
    text = THINKING.sub("", reply.text)
    decoder, found, start = json.JSONDecoder(), [], text.find("{")
    for _ in range(MOST_TRIED):
        if start < 0:
            break
        try:
            one, end = decoder.raw_decode(text, start)
            found.append(one)
        except (ValueError, RecursionError):
            end = start + 1
        start = text.find("{", end)
    return found


def _only(objects: Sequence[JSON], reply: Completion) -> JSON:
    if not objects:
        raise Wrong(CUT if reply.cut else NO_JSON)
    if any(one != objects[0] for one in objects):
        raise Wrong(TWO_ANSWERS)
    return objects[0]


def _or_invalid(question: Question, said: Any, sight: Sight) -> Taken:
    try:
        return _one(question, said, sight)
    except Wrong as wrong:
        return Taken(invalid=str(wrong))


def _one(question: Question, said: Any, sight: Sight) -> Taken:
    if isinstance(said, str) and said.strip().casefold() == UNKNOWN:
        return Taken(declined=CANNOT_TELL)
    match question.form:
        case Form.CHOICE:
            return Taken(_choice(question, said))
        case Form.YES_NO:
            return Taken(said if isinstance(said, bool) else _yes_no(said))
        case Form.CHOICES:
            return Taken(_choices(question, said))
        case Form.NUMBER:
            return Taken(declined=CANNOT_TELL) if said is None else Taken(_number(question, said))
        case Form.BOXES:
            boxes = _boxes(said, sight)
            return Taken("", boxes=boxes) if boxes else Taken(declined=NOTHING_SEEN)
        case Form.TEXT:
            return Taken(_text(said))


def _value(question: Question, word: str) -> Value | None:
    return WORDS[word] if question.form is Form.YES_NO else word


def _choice(question: Question, said: Any) -> str:
    fit = [
        one
        for one in question.choices
        if isinstance(said, str) and one.casefold() == said.strip().casefold()
    ]
    if not fit:
        raise Wrong(NOT_A_CHOICE)
    return said if said in fit else fit[0]


def _choices(question: Question, said: Any) -> tuple[str, ...]:
    if not isinstance(said, list):
        raise Wrong(NOT_A_CHOICE)
    chosen = {_choice(question, one) for one in said}
    return tuple(one for one in question.choices if one in chosen)


def _yes_no(said: Any) -> bool:
    word = said.strip().casefold() if isinstance(said, str) else ""
    if word not in WORDS:
        raise Wrong(NOT_YES_NO)
    return WORDS[word]


def _number(question: Question, said: Any) -> float:
    lowest = -FARTHEST if question.lowest is None else question.lowest
    highest = FARTHEST if question.highest is None else question.highest
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    if not is_number or not lowest <= said <= highest or abs(said) > FARTHEST:
        raise Wrong(NO_NUMBER)
    return float(said)


def _text(said: Any) -> str:
    text = cleaned(said) if isinstance(said, str) else ""
    if not text:
        raise Wrong(NO_TEXT)
    return text


def _boxes(said: Any, sight: Sight) -> tuple[Box, ...]:
    if not isinstance(said, list) or len(said) > MOST_BOXES:
        raise Wrong(NO_BOXES)
    return tuple(_box(one, sight) for one in said)


def _box(said: Any, sight: Sight) -> Box:
    sides = [at(said, side) for side in SIDES]
    if not all(isinstance(one, int | float) and 0 <= one <= GRID for one in sides):
        raise Wrong(NO_BOXES)
    left, top, right, bottom = (one / GRID for one in sides)
    if left >= right or top >= bottom:
        raise Wrong(NO_BOXES)
    return sight.place(left, top, right, bottom)
