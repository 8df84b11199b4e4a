"""What a service may reply to a question of each form, as JSON schema and in words."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ml.types import Form, Question
from ml.types.picture import JSON

ANSWER = "answer"
UNKNOWN = "cannot tell"
GRID = 1000  # places are told in thousandths of the picture's sides
SIDES = ("left", "top", "right", "bottom")


def schema(question: Question, numbers: Sequence[int] = ()) -> JSON:
    """Of the whole reply. numbers: of the faces asked about together, a property each."""
    one = _schema(question)
    keys = [str(number) for number in numbers] or [ANSWER]
    return _object(dict.fromkeys(keys, one))


def described(question: Question, numbers: Sequence[int] = ()) -> str:
    """The same in words, for services that heed no schema."""
    what = _in_words(question)
    if numbers:
        keys = ", ".join(f'"{number}"' for number in numbers)
        return f"Reply with one JSON object and nothing else, whose keys are {keys}; each is {what}"
    return f'Reply with one JSON object and nothing else: {{"{ANSWER}": ...}}, where ... is {what}'


def options(question: Question) -> tuple[str, ...]:
    """The words that an answer may be, () where it is free."""
    return ("yes", "no") if question.form is Form.YES_NO else question.choices


def _object(properties: JSON) -> JSON:
    needed = {"required": list(properties), "additionalProperties": False}
    return {"type": "object", "properties": properties} | needed


def _schema(question: Question) -> JSON:
    match question.form:
        case Form.CHOICE | Form.YES_NO:
            return {"type": "string", "enum": list(dict.fromkeys([*options(question), UNKNOWN]))}
        case Form.CHOICES:
            return {"type": "array", "items": {"type": "string", "enum": list(question.choices)}}
        case Form.NUMBER:
            return {"type": ["number", "null"]}
        case Form.BOXES:
            sides = _object({side: {"type": "integer"} for side in SIDES})
            return {"type": "array", "items": sides}
        case Form.TEXT:
            return {"type": "string"}


def _in_words(question: Question) -> str:
    match question.form:
        case Form.CHOICE | Form.YES_NO:
            words = ", ".join(json.dumps(one, ensure_ascii=False) for one in options(question))
            return f'exactly one of {words}, or "{UNKNOWN}" if it cannot be seen.'
        case Form.CHOICES:
            words = ", ".join(json.dumps(one, ensure_ascii=False) for one in question.choices)
            return f"a list of those of {words} that are true, [] if none is."
        case Form.NUMBER:
            return f"{_number_in_words(question)}, or null if it cannot be seen."
        case Form.BOXES:
            return (
                'a list of {"left": ..., "top": ..., "right": ..., "bottom": ...}, one for each '
                f"place, in thousandths of the picture's width and height (0 to {GRID}), [] if "
                "there is none."
            )
        case Form.TEXT:
            return f'a string of at most one sentence, "{UNKNOWN}" if it cannot be seen.'


def _number_in_words(question: Question) -> str:
    unit = f" of {question.unit}" if question.unit else ""
    lowest = "" if question.lowest is None else f", not below {question.lowest:g}"
    highest = "" if question.highest is None else f", not above {question.highest:g}"
    return f"a number{unit}{lowest}{highest}"
