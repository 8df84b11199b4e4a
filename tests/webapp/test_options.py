"""Options dataclasses at the border."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
from django.core.exceptions import ValidationError

from webapp.jobs import options


class Style(StrEnum):
    BLUR = "blur"
    PIXELS = "pixels"


@dataclass(frozen=True, slots=True)
class Options:
    """One of everything."""

    tasks: tuple[str, ...] = field(default=(), metadata={"title": "Look for", "help": "Names."})
    style: Style = Style.BLUR
    strength: float = field(default=0.5, metadata={"min": 0, "max": 1})
    steps: int | None = None
    keep: bool = True


@dataclass(frozen=True, slots=True)
class Pointed:
    """Ids of each kind."""

    faces: tuple[str, ...] = field(default=(), metadata={"format": "faces"})
    people: tuple[str, ...] = field(default=(), metadata={"format": "people"})
    same: tuple[str, ...] = field(default=(), metadata={"format": "same", "most": 2})
    photos: tuple[str, ...] = field(default=(), metadata={"format": "photos"})


GOOD = {"tasks": ["age"], "style": "pixels", "strength": 1, "steps": 3, "keep": False}
BAD: list[tuple[str, Any]] = [
    ("tasks", "age"),
    ("tasks", [1]),
    ("style", "mosaic"),
    ("strength", 1.5),
    ("strength", "strong"),
    ("steps", 2.5),
    ("steps", True),
    ("keep", 1),
    ("speed", 1),
]


def test_json_becomes_options_and_back() -> None:
    read = options.parse(Options, GOOD)
    assert read == Options(("age",), Style.PIXELS, 1.0, 3, False)
    assert options.to_json(read) == GOOD
    assert options.parse(Options, {}) == Options()
    assert options.parse(Options, {"steps": None}).steps is None


@pytest.mark.parametrize(("name", "value"), BAD)
def test_wrong_values_are_named(name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        options.parse(Options, {name: value})
    assert list(refused.value.message_dict) == [name]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_the_schema_refuses_the_same(name: str, value: Any) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({name: value}, options.schema(Options))


def test_an_id_is_one_however_it_is_spelt() -> None:
    one, other = uuid4(), uuid4()
    spelt = [str(one).upper(), one.hex, f"{{{one}}}", one.urn, str(one), str(other)]
    for name in ("faces", "people", "same", "photos"):
        assert options.parse(Pointed, {name: spelt}) == Pointed(**{name: (str(one), str(other))})
    with pytest.raises(ValidationError, match="at most 2"):
        options.parse(Pointed, {"same": [str(one), str(other), str(uuid4())]})
    with pytest.raises(ValidationError, match="ids of photos"):
        options.parse(Pointed, {"photos": ["cellar"]})


def test_the_schema_accepts_what_is_good_and_says_what_it_is() -> None:
    schema = options.schema(Options)
    jsonschema.validate(GOOD, schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["tasks"]["title"] == "Look for"
    assert schema["properties"]["style"]["enum"] == ["blur", "pixels"]
    assert schema["properties"]["strength"]["default"] == 0.5
