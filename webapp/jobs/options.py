"""Options dataclasses at the border: read from JSON, checked, and described as JSON Schema.

Fields are bool, int, float, str, an enum of strings, a tuple of one of these, or one of these or
None; all have defaults. Metadata: "title", "help", "min", "max", "rare" (True where most people
leave it as it is), "needed" (a sentence for whoever leaves it out: the default is no answer),
"most" (of a tuple's values), "format" ("textarea" for a text of
many lines, "date" for YYYY-MM-DD or nothing, "person" for a person's id, "faces" for ids of faces
of the photo, "people" for ids of faces of any photo of its gallery, "same" for ids of faces on
other photos that bear the chosen face's name, "regions" for parts of the photo: "left top right
bottom" in pixels of the upright one each, "photos" for ids of other photos of its gallery),
"choices": values, or a function that gives them once all models are known.

What does not fit together a dataclass refuses by a ValueError with a sentence when it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, fields
from datetime import date
from enum import StrEnum
from math import isfinite
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.core.exceptions import ValidationError

O = TypeVar("O")

SENTENCES = {bool: "Say true or false.", int: "Give a whole number.", float: "Give a number."}
TOGETHER = "options"  # the name under which stands what does not fit together
FACES, PEOPLE, SAME, REGIONS, PHOTOS = "faces", "people", "same", "regions", "photos"
IDS = (FACES, PEOPLE, SAME, PHOTOS)  # formats of ids, which are read as str(UUID) writes them
SCHEMAS = {bool: "boolean", int: "integer", float: "number", str: "string"}


def parse(options: type[O], data: Mapping[str, Any]) -> O:
    """The options with these values, defaults elsewhere.

    Raises:
        ValidationError: a field has a wrong value or is unknown; by field name. Or the values do
            not fit together; by no name.
    """
    known = {field.name: field for field in fields(options)}  # type: ignore[arg-type]
    hints = get_type_hints(options)
    wrong = {name: "There is no such option." for name in data if name not in known}
    values: dict[str, Any] = {}
    for name in data.keys() & known.keys():
        try:
            values[name] = _value(hints[name], data[name], known[name])
        except ValueError as error:
            wrong[name] = str(error)
    wrong |= {
        name: field.metadata["needed"]
        for name, field in known.items()
        if "needed" in field.metadata and not values.get(name) and name not in wrong
    }
    if wrong:
        raise ValidationError({name: [sentence] for name, sentence in sorted(wrong.items())})
    try:
        return options(**values)
    except ValueError as error:
        raise ValidationError({TOGETHER: [str(error)]}) from None


def to_json(options: Any) -> dict[str, Any]:
    """What `parse` reads again."""
    return {name: _plain(value) for name, value in asdict(options).items()}


def schema(options: type[Any]) -> dict[str, Any]:
    """The options as JSON Schema (2020-12)."""
    hints = get_type_hints(options)
    properties = {field.name: _described(hints[field.name], field) for field in fields(options)}
    about = {"type": "object", "properties": properties, "additionalProperties": False}
    needed = [field.name for field in fields(options) if "needed" in field.metadata]
    return about | ({"required": needed} if needed else {})


def named(options: type[Any], kind: str) -> list[str]:
    """The fields of that format."""
    return [field.name for field in fields(options) if field.metadata.get("format") == kind]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, StrEnum) else value


def _value(hint: Any, value: Any, field: Field[Any]) -> Any:
    """The value as the field's type.

    Raises:
        ValueError: it is none, with a sentence.
    """
    inner, optional = _without_none(hint)
    if value is None and optional:
        return None
    if get_origin(inner) is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError("Give a list.")
        found = tuple(_single(get_args(inner)[0], item, field) for item in value)
        if field.metadata.get("format") in IDS:  # the same twice, however spelt, is one
            found = tuple(dict.fromkeys(found))
        most = field.metadata.get("most")
        if most is not None and len(found) > most:
            raise ValueError("Choose one." if most == 1 else f"Choose at most {most}.")
        return found
    return _single(inner, value, field)


def _single(kind: type, value: Any, field: Field[Any]) -> Any:
    if issubclass(kind, StrEnum):
        if value not in set(kind):
            raise ValueError(f"Choose one of {', '.join(kind)}.")
        return kind(value)
    if kind is float and type(value) is int:
        value = float(value)
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(SENTENCES[float])
    if type(value) is not kind:
        raise ValueError(SENTENCES.get(kind, "Give a text."))
    _within(value, field)
    return str(UUID(str(value))) if field.metadata.get("format") in IDS else value


def _within(value: Any, field: Field[Any]) -> None:
    low, high = field.metadata.get("min"), field.metadata.get("max")
    choices = _choices(field)
    if low is not None and value < low:
        raise ValueError(f"At least {low}.")
    if high is not None and value > high:
        raise ValueError(f"At most {high}.")
    kind = field.metadata.get("format")
    if kind == "date" and value and not _is_date(value):
        raise ValueError("Write a date as YYYY-MM-DD.")
    if kind in IDS and not _is_id(value):
        raise ValueError(f"Give ids of {'photos' if kind == PHOTOS else 'faces'}.")
    if choices is not None and value not in choices:
        raise ValueError(f"Choose one of {', '.join(map(str, choices))}.")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _choices(field: Field[Any]) -> list[Any] | None:
    choices = field.metadata.get("choices")
    if choices is None:
        return None
    return list(choices() if callable(choices) else choices)


def _without_none(hint: Any) -> tuple[Any, bool]:
    """The type without None, and whether None was allowed."""
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    return kinds[0], True


def _described(hint: Any, field: Field[Any]) -> dict[str, Any]:
    inner, optional = _without_none(hint)
    if get_origin(inner) is tuple:
        about: dict[str, Any] = {"type": "array", "items": _type(get_args(inner)[0], field)}
        if most := field.metadata.get("most"):
            about["maxItems"] = most
    else:
        about = _type(inner, field)
    if optional:
        about = {"anyOf": [about, {"type": "null"}]}
    words = {"title": field.metadata.get("title"), "description": field.metadata.get("help")}
    words["format"] = field.metadata.get("format")
    words["x-rare"] = field.metadata.get("rare")
    left_out = field.default is MISSING or "needed" in field.metadata
    default = {} if left_out else {"default": _plain(field.default)}
    return about | {key: word for key, word in words.items() if word} | default


def _type(kind: type, field: Field[Any]) -> dict[str, Any]:
    if issubclass(kind, StrEnum):
        return {"type": "string", "enum": [str(member) for member in kind]}
    limits = {
        "minimum": field.metadata.get("min"),
        "maximum": field.metadata.get("max"),
        "enum": _choices(field),
    }
    named = {key: value for key, value in limits.items() if value is not None}
    return {"type": SCHEMAS[kind]} | named
