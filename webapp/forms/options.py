"""A job's options as fields of a form, and the form's answer as options: from their JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from django.http import QueryDict

from webapp.jobs.options import FACES, PEOPLE, PHOTOS, REGIONS, SAME, schema


@dataclass(frozen=True, slots=True)
class Choice:
    """crop: of a face, an SVG viewBox over the picture at `display`, which is so wide and high."""

    value: str
    title: str
    chosen: bool = False
    crop: str = ""
    display: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """A field as the page shows it. kind: "switch", "choice", "choices", "faces", "photos",
    "regions", "number", "colour", "date", "textarea" or "text". low, high, step: of a number, ""
    where there is none. rare: most people leave it as it is. single: only one of the choices.
    fault: what was wrong with the answer."""

    name: str
    title: str
    help: str
    kind: str
    value: str
    choices: tuple[Choice, ...] = ()
    low: str = ""
    high: str = ""
    step: str = ""
    rare: bool = False
    needed: bool = False
    single: bool = False
    fault: str = ""

    @property
    def picked(self) -> bool:
        """Whether a choice is chosen."""
        return any(choice.chosen for choice in self.choices)


FORMATS = {"textarea": "textarea", "date": "date"}
PERSON = "person"  # an id of one, which nobody types
# What is chosen by what it looks like: ids of faces and photos, and parts of the photo.
POINTED = {FACES: "faces", PEOPLE: "faces", SAME: "faces", PHOTOS: "photos", REGIONS: "regions"}
COLOUR = "#"  # how the default of a colour begins


def fields_of(
    options: type[Any], faces: Mapping[str, Sequence[Choice]] = MappingProxyType({})
) -> list[Field]:
    """The options as fields, with their defaults; a person is chosen on a page that knows whom.

    faces: format ("faces", "people", "same" or "photos") -> what can be chosen, "regions" -> the
    photo to draw on; without any there is no field.
    """
    about = schema(options)
    needed = about.get("required", ())
    found = []
    for name, one in about["properties"].items():
        kind = one.get("format")
        if kind in POINTED and faces.get(kind):
            plain = _field(name, one, name in needed)
            found.append(replace(plain, kind=POINTED[kind], choices=tuple(faces[kind])))
        elif kind != PERSON and kind not in POINTED:
            found.append(_field(name, one, name in needed))
    return found


def answered(
    fields: Sequence[Field], answer: QueryDict, faults: Mapping[str, str] = MappingProxyType({})
) -> list[Field]:
    """The fields as they were filled in, to be shown again beside what was wrong, by name."""
    told = (replace(field, fault=faults.get(field.name, "")) for field in fields)
    return [_answered(field, answer) for field in told]


def _answered(field: Field, answer: QueryDict) -> Field:
    said = answer.getlist(field.name)
    value = str(bool(said)) if field.kind == "switch" else (said or [field.value])[0]
    choices = tuple(replace(one, chosen=one.value in said) for one in field.choices)
    return replace(field, value=value, choices=choices)


def values_of(options: type[Any], answer: QueryDict) -> dict[str, Any]:
    """What the form's answer says, as `webapp.jobs.options.parse` reads it; wrong numbers stay
    words, and are told there."""
    about = schema(options)["properties"]
    return {name: value for name in about for value in _value(about[name], answer, name)}


def _field(name: str, about: Mapping[str, Any], needed: bool) -> Field:
    inner, default = _inner(about), about.get("default")
    each = inner.get("items", inner)
    chosen = {str(one) for one in (default if isinstance(default, list) else [default])}
    return Field(
        name=name,
        title=str(about.get("title") or name.replace("_", " ").capitalize()),
        help=str(about.get("description", "")),
        kind=FORMATS.get(str(about.get("format")), _kind(inner, default)),
        value="" if default is None or isinstance(default, list) else str(default),
        choices=tuple(
            Choice(str(one), str(one).replace("-", " ") or "none", str(one) in chosen)
            for one in each.get("enum", ())
        ),
        low=str(inner.get("minimum", "")),
        high=str(inner.get("maximum", "")),
        step="1" if inner.get("type") == "integer" else "any",
        rare=bool(about.get("x-rare")),
        needed=needed,
        single=about.get("maxItems") == 1,
    )


def _kind(inner: Mapping[str, Any], default: object) -> str:
    kind = inner.get("type")
    if kind == "boolean":
        return "switch"
    if kind == "array":
        return "choices"
    if inner.get("enum"):
        return "choice"
    if kind in {"integer", "number"}:
        return "number"
    return "colour" if str(default).startswith(COLOUR) else "text"


def _value(about: Mapping[str, Any], answer: QueryDict, name: str) -> list[Any]:
    """The value alone, or nothing where the default shall hold."""
    inner = _inner(about)
    kind = inner.get("type")
    if kind == "boolean":
        return [name in answer]
    if kind == "array":
        return [list(filter(None, answer.getlist(name)))]
    said = answer.get(name, "").strip()
    if not said:
        return []
    return [_number(said, kind) if kind in {"integer", "number"} else said]


def _number(said: str, kind: str) -> int | float | str:
    try:
        return int(said) if kind == "integer" else float(said)
    except ValueError:
        return said


def _inner(about: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without the null that an option may be."""
    return next((one for one in about.get("anyOf", ()) if one.get("type") != "null"), about)
