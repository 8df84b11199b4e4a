"""The job "ask": questions about a photo, its faces, or a person described in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from ml import decode, registry
from ml.asking import answered
from ml.contracts import PROMPTING, WRITING, Asked, Endpoint, Engine, View
from ml.errors import MLError
from ml.pipelines import Context, Pipeline, Subjects, register
from ml.prompting import measured_words
from ml.prompting.library import QUESTIONS, names
from ml.registry import Sensitive
from ml.sequence import SAME, look
from ml.types import Box, Face, Form, Question, Ran, Report

KIND = "ask"
TEXT = "visible-text"  # of the measured answers' topics
MEASURED = "measured-answers"  # the engine that is always there
REMOTE = "remote-endpoint"  # the engine that asks a service elsewhere
LONGEST = 2_000  # characters of a question
MOST = 12  # choices
NOT_THERE = "A chosen face was not found again on this photo."
NOTHING = "Ask something: choose a question, or type one."


def engines() -> tuple[str, ...]:
    """The names of all engines that people are offered, installed or not; the embedded first."""
    cards = [card for card in registry.cards() if card.task == PROMPTING]
    all_ = [card.name for card in cards if cast(type[Engine], registry.get(card.name)).offered]
    return tuple(sorted(all_, key=lambda name: name != MEASURED))


@dataclass(frozen=True, slots=True)
class AskOptions:
    """What is asked, of whom, and who answers."""

    question: str = field(
        default="",
        metadata={"title": "Your question", "format": "textarea"},
    )
    form: str = field(
        default=Form.TEXT.value,
        metadata={
            "title": "Kind of answer",
            "rare": True,
            "choices": tuple(form.value for form in Form),
        },
    )
    choices: tuple[str, ...] = field(
        default=(),
        metadata={
            "title": "Choices",
            "rare": True,
            "help": "Two or more, where the answer is one or some of them.",
        },
    )
    questions: tuple[str, ...] = field(
        default=(),
        metadata={"title": "Questions of the library", "choices": names},
    )
    faces: tuple[str, ...] = field(
        default=(),
        metadata={
            "title": "About whom",
            "help": "None chosen: the photo, and every face where a question is about one.",
            "format": "faces",
        },
    )
    described: str = field(
        default="",
        metadata={
            "title": "Or a person in words",
            "help": '"the woman in the red coat"',
        },
    )
    marked: bool = field(
        default=False,
        metadata={
            "title": "All faces at once, by numbers drawn on the photo",
            "rare": True,
            "help": "For language models; measurements know the faces anyway.",
        },
    )
    engine: str = field(
        default=MEASURED,
        metadata={"title": "Who answers", "choices": engines},
    )
    endpoint: str = field(
        default="",
        metadata={
            "title": "Service elsewhere",
            "rare": True,
            "help": "The photo is sent there. Only what an administrator added can be chosen.",
        },
    )

    def __post_init__(self) -> None:
        """
        Raises:
            ValueError: nothing is asked, or what was asked does not fit together.
        """
        if not self.question.strip() and not self.questions:
            raise ValueError(NOTHING)
        if len(self.question) > LONGEST:
            raise ValueError(f"A question has at most {LONGEST:,} characters.")
        if len(self.choices) > MOST:
            raise ValueError(f"At most {MOST} choices.")
        if self.described and self.faces:
            raise ValueError("Choose faces or describe a person, not both.")
        if (self.engine == REMOTE) != bool(self.endpoint):
            raise ValueError("Choose a service elsewhere, and that it answers; or neither.")
        if self.question.strip():
            self.free()

    @property
    def tasks(self) -> tuple[str, ...]:
        """What models read for it: all that they read unasked, and writing where that is asked."""
        writing = [WRITING.name] * any(reads_writing(question) for question in self.asked())
        return (*(name for name, task in registry.tasks().items() if task.unasked), *writing)

    def free(self) -> Question:
        """The question that was typed.

        Raises:
            ValueError: its choices do not fit its form.
        """
        about_face = bool(self.faces or self.described)
        return Question(self.question.strip(), Form(self.form), self.choices, of_face=about_face)

    def asked(self) -> list[Question]:
        """All that is asked: what was typed, then those of the library."""
        typed = [self.free()] if self.question.strip() else []
        return [*typed, *(QUESTIONS[name] for name in self.questions)]


@dataclass(frozen=True, slots=True)
class AskInputs:
    """photo: the file as uploaded. models: names, resolved when the job was submitted. faces: where
    the chosen ones are; () when none were chosen. allowed: kinds of sensitive question that whoever
    asked turned on. endpoint: the service that was chosen, None where none was."""

    photo: Path
    models: tuple[str, ...]
    faces: tuple[Box, ...] = ()
    allowed: tuple[Sensitive, ...] = ()
    endpoint: Endpoint | None = None


def ask(options: AskOptions, inputs: AskInputs, context: Context) -> Report:
    """The answers, with the readings that they rest on.

    Raises:
        MLError: a chosen face is not found again, or the engine cannot work.
    """
    context.progress(0, len(inputs.models) + 1, "Reading the photo")
    picture = decode.picture(inputs.photo)
    report, outputs = look(picture, inputs.models, context)
    about = tuple(dict.fromkeys(index_of(report.faces, box) for box in inputs.faces))
    view = View(picture, report.faces, outputs)
    asked = Asked(
        options.asked(),
        about,
        options.described.strip(),
        options.marked,
        report.readings,
        frozenset(inputs.allowed),
        inputs.endpoint,
    )
    card = registry.get(options.engine).card
    answers = answered(options.engine, view, asked, context)
    ran = Ran(card.name, card.task.name, card.digest, card.recipe)
    return replace(report, answers=tuple(answers), runs=(*report.runs, ran), embeddings=())


def reads_writing(question: Question) -> bool:
    """Whether it asks what is written."""
    what = measured_words.meant(question.text)
    return what is not None and what.topic == TEXT


def index_of(faces: Sequence[Face], box: Box) -> int:
    """Which of the faces is in the box.

    Raises:
        MLError: none is.
    """
    best = max(range(len(faces)), key=lambda one: faces[one].box.iou(box), default=None)
    if best is None or faces[best].box.iou(box) < SAME:
        raise MLError(NOT_THERE)
    return best


def sensitive(options: AskOptions) -> set[Sensitive]:
    """What is asked that is nobody's business unless it was turned on."""
    return {question.sensitive for question in options.asked()} - {Sensitive.NOT}


ASK = register(
    Pipeline(
        KIND,
        "Ask about the photo",
        AskOptions,
        AskInputs,
        ask,
        subjects=Subjects.ONE,
        help="Asks a question about the photo or the people on it. Every answer says what it rests "
        "on.",
    )
)
