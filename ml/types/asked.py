"""Questions with a type, and their answers with a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from ml.registry import Sensitive
from ml.types.picture import JSON, Box

Value = str | bool | float | tuple[str, ...]


class Form(StrEnum):
    """What an answer may be: one of the choices, some of them, yes or no, a number, a few words,
    or boxes."""

    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes-no"
    NUMBER = "number"
    TEXT = "text"
    BOXES = "boxes"


class Origin(StrEnum):
    """What answered. MEASUREMENT: what models measured, and no language model. LANGUAGE_MODEL: one
    that ran here. REMOTE: a service elsewhere."""

    MEASUREMENT = "measurement"
    LANGUAGE_MODEL = "language model"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Question:
    """text: as a person asks it. name: of a question in the library, a slug; "" for a free one.
    choices: of CHOICE and CHOICES. unit: of NUMBER. lowest, highest: of NUMBER. paraphrases: the
    same asked in other words. version: raised when words or choices change what is answered.
    of_face: it is asked of a person, and not of the photo.

    Raises:
        ValueError: its form does not fit the rest.
    """

    text: str
    form: Form = Form.TEXT
    choices: tuple[str, ...] = ()
    name: str = ""
    version: int = 1
    unit: str = ""
    lowest: float | None = None
    highest: float | None = None
    paraphrases: tuple[str, ...] = ()
    sensitive: Sensitive = Sensitive.NOT
    of_face: bool = False

    def __post_init__(self) -> None:
        if (self.form in (Form.CHOICE, Form.CHOICES)) != (len(self.choices) > 1):
            raise ValueError("A question with choices has two or more; others have none.")
        if len(set(self.choices)) < len(self.choices):
            raise ValueError("Two choices are the same.")

    def to_json(self) -> JSON:
        data = {slot: getattr(self, slot) for slot in self.__slots__}
        lists = {"choices": list(self.choices), "paraphrases": list(self.paraphrases)}
        return data | lists | {"form": self.form.value, "sensitive": self.sensitive.value}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        changed = {
            "form": Form(data["form"]),
            "choices": tuple(data["choices"]),
            "paraphrases": tuple(data["paraphrases"]),
            "sensitive": Sensitive(data["sensitive"]),
        }
        return cls(**data | changed)


@dataclass(frozen=True, slots=True)
class Source:
    """A reading that an answer rests on: who read what, of which face, and what it said."""

    model: str
    name: str
    value: str
    face: int | None = None

    def to_json(self) -> JSON:
        return {slot: getattr(self, slot) for slot in self.__slots__}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine says.

    engine: the model's name. face: whom it is about, an index into Report.faces; None for the photo
    or for a person described in words (`described`) who has no face here. value: as its question's
    form has it: CHOICE and TEXT a str, CHOICES a tuple, YES_NO a bool, NUMBER a float; None where
    there is none, and then `declined` (why it was not asked or cannot be answered, in words) or
    `invalid` (what came back instead of an answer) says why. interval: around a number. boxes: of
    BOXES, and where something was seen. odds: choice -> how likely, 0..1, where the engine can
    tell ("yes" and "no" of YES_NO). agreement: the share of paraphrases that got the same answer,
    None where it was asked once. score: 0..1, lowered by disagreement; None where nobody knows.
    sources: what it rests on. seconds: it took.
    """

    engine: str
    origin: Origin
    question: Question
    value: Value | None = None
    face: int | None = None
    described: str = ""
    score: float | None = None
    odds: Mapping[str, float] = field(default_factory=dict)
    agreement: float | None = None
    interval: tuple[float, float] | None = None
    boxes: tuple[Box, ...] = ()
    sources: tuple[Source, ...] = ()
    declined: str = ""
    invalid: str = ""
    seconds: float = 0.0

    def to_json(self) -> JSON:
        data = {slot: getattr(self, slot) for slot in self.__slots__}
        return data | {
            "origin": self.origin.value,
            "question": self.question.to_json(),
            "value": list(self.value) if isinstance(self.value, tuple) else self.value,
            "odds": dict(self.odds),
            "interval": None if self.interval is None else list(self.interval),
            "boxes": [box.to_json() for box in self.boxes],
            "sources": [source.to_json() for source in self.sources],
        }

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        value, interval = data["value"], data["interval"]
        return cls(
            **data
            | {
                "origin": Origin(data["origin"]),
                "question": Question.from_json(data["question"]),
                "value": tuple(value) if isinstance(value, list) else value,
                "interval": None if interval is None else (interval[0], interval[1]),
                "boxes": tuple(map(Box.from_json, data["boxes"])),
                "sources": tuple(map(Source.from_json, data["sources"])),
            }
        )
