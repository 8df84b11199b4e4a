"""Answers where something is by the text that is written on it: for screenshots, without a VLM.

It reads all that is written and takes the line that shares most words with what was asked: a
baseline that language models must beat, and blind to what bears no words.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from time import perf_counter

from ml import registry
from ml.contracts import PROMPTING, TEXT, WRITING, Asked, Engine, View
from ml.errors import MLError
from ml.pool import Pool
from ml.progress import Progress, silent
from ml.prompting.search import search
from ml.prompting.search_sight import Sight
from ml.prompting.search_targets import Hit, Words, plain
from ml.registry import Commercial, Device, ModelCard, Task, register
from ml.types import Answer, Box, Form, Origin, Picture, Question
from ml.weights import Weights

NAME = "text-search"
SHARE = 2.0  # of the pixels: all of them, what overlaps, and the overview
ALIKE = 0.4  # of the words, for a line to be what was meant
ONLY_BOXES = "It only finds where something is written: ask for boxes."
NOT_OF_FACES = "It looks for text on the whole photo, not for faces."
NOTHING = "No text in the photo reads like that."
# Words that say what to do, and not what it is called.
DOING = frozenset({
    *("a", "an", "and", "at", "by", "click", "find", "for", "from", "in", "into", "it", "its"),
    *("labelled", "named", "of", "on", "open", "or", "please", "press", "select", "show", "tap"),
    *("text", "that", "the", "this", "to", "under", "where", "which", "with"),
    *("button", "icon", "link", "menu"),
})  # fmt: skip


@register(
    ModelCard(
        name=NAME,
        title="Finder of written things (PP-OCR, no language model)",
        task=PROMPTING,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="Apache-2.0",
        commercial_use=Commercial.YES,
        memory_mb=200,
        paper="Li et al., ScreenSpot-Pro: GUI Grounding for Professional High-Resolution Computer "
        "Use, 2025",
        known_limits=(
            "Answers with boxes only, around the line of text that shares most words with the "
            "question; icons and things without words it cannot find."
        ),
        rank=-1,
    )
)
class TextSearch(Engine):
    """Boxes around lines of text."""

    offered = False

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._pool = Pool(weights)
        self._models = [name for task in (TEXT, WRITING) if (name := here(weights, task))]

    def answers(self, view: View, asked: Asked, progress: Progress = silent) -> list[Answer]:
        """One a question; those of faces are declined."""
        lines: list[Hit] | None = None
        made = []
        for question in asked.questions:
            began = perf_counter()
            why = refusal(question, asked)
            if not why and lines is None:
                try:
                    lines = self._lines(view.picture, progress)
                except MLError as error:
                    why = str(error)
            for face in asked.faces or (None,):
                answer = (
                    Answer(NAME, Origin.MEASUREMENT, question, face=face, declined=why)
                    if why
                    else answered(question, lines or [], perf_counter() - began)
                )
                made.append(answer)
        return made

    def _lines(self, picture: Picture, progress: Progress) -> list[Hit]:
        target = Words(self._pool, self._models)
        sight = Sight(picture, SHARE)
        return list(search(sight, target, stop=False, progress=progress).hits)


def here(weights: Weights, task: Task[object]) -> str | None:
    """The best installed model of the task."""
    cards = (one for one in registry.cards() if one.task == task and weights.has(one.weights))
    return next((card.name for card in cards), None)


def refusal(question: Question, asked: Asked) -> str:
    """Why it does not answer; "" where it does."""
    if question.form is not Form.BOXES:
        return ONLY_BOXES
    return NOT_OF_FACES if asked.faces or asked.described else ""


def answered(question: Question, lines: Sequence[Hit], seconds: float) -> Answer:
    """The line that is meant."""
    score, best = max(
        ((meant(question.text, line.says), line) for line in lines),
        key=lambda one: one[0],
        default=(0.0, None),
    )
    if best is None or score < ALIKE:
        return Answer(NAME, Origin.MEASUREMENT, question, declined=NOTHING, seconds=seconds)
    return Answer(
        NAME, Origin.MEASUREMENT, question, best.says, score=round(score, 3),
        boxes=(Box(*best.box.to_json()),), seconds=seconds,
    )  # fmt: skip


def meant(asked: str, line: str) -> float:
    """How alike the words of both are, 0..1: the cosine of their sets."""
    wanted, written = set(plain(asked).split()) - DOING, set(plain(line).split())
    both = len(wanted & written)
    return both / sqrt(len(wanted) * len(written)) if both else 0.0
