"""Asks a language model typed questions: of whom, in which words, and what came of it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml.contracts import Asked, Engine, View
from ml.progress import Progress, silent
from ml.prompting import typed, wording
from ml.prompting.agreeing import agreed, fitting
from ml.prompting.showing import NOBODY, Subject, subjects
from ml.prompting.touchy import turned_off
from ml.prompting.typed import Told
from ml.types import JSON, Answer, Box, Form, Origin, Question

Pixels = NDArray[np.uint8]
YES_NO = Question("?", Form.YES_NO)


class Speaker(Protocol):
    """What can be asked about a picture (H x W x 3, uint8, RGB)."""

    def odds(self, pixels: Pixels, prompt: str, words: Sequence[str]) -> Mapping[str, float] | None:
        """How likely each of the words is as the answer, adding up to 1; None where this speaker
        cannot tell, and writes instead."""

    def text(self, pixels: Pixels, prompt: str, schema: JSON) -> str:
        """What it writes. schema: of the JSON that would be best, for who can keep to one."""

    def boxes(self, pixels: Pixels, phrase: str) -> list[Box] | None:
        """Where that is, in pixels of the picture; None where it has no way of its own."""


class PromptedEngine(Engine):
    """An engine that asks somebody who speaks."""

    origin = Origin.LANGUAGE_MODEL

    @abstractmethod
    def speaker(self, asked: Asked) -> Speaker:
        """Whom to ask.

        Raises:
            MLError: there is nobody.
        """

    def barred(self, question: Question, asked: Asked) -> str:
        """Why the question is not asked; "" where it is."""
        return turned_off(question, asked.allowed)

    def answers(self, view: View, asked: Asked, progress: Progress = silent) -> list[Answer]:
        speaker = self.speaker(asked)
        found = []
        for done, question in enumerate(asked.questions):
            progress(done, len(asked.questions), f"{self.card.title}: {question.text[:60]}")
            if why := self.barred(question, asked):
                found.append(self._declined(question, asked, why))
                continue
            about = subjects(view, asked, question)
            if not about:
                found.append(self._declined(question, asked, NOBODY))
            for subject in about:
                progress(done, len(asked.questions), f"{self.card.title}: {question.text[:60]}")
                found.append(self._answer(speaker, question, subject))
        return found

    def _declined(self, question: Question, asked: Asked, why: str) -> Answer:
        return Answer(
            self.card.name, self.origin, question, described=asked.described, declined=why
        )

    def _answer(self, speaker: Speaker, question: Question, subject: Subject) -> Answer:
        began = perf_counter()
        wordings = (question.text, *question.paraphrases)
        one = agreed(question, [asking(speaker, question, words, subject) for words in wordings])
        return Answer(
            self.card.name,
            self.origin,
            question,
            one.told.value,
            subject.face,
            subject.described,
            None if one.score is None else round(one.score, 4),
            {word: round(odds, 4) for word, odds in one.told.odds.items()},
            one.agreement,
            one.told.interval,
            one.told.boxes,
            invalid=one.told.invalid,
            seconds=round(perf_counter() - began, 3),
        )


def asking(speaker: Speaker, question: Question, words: str, subject: Subject) -> Told:
    """What one wording of a question gets: by odds where the speaker has them, else in writing."""
    asked = wording.prompt(question, words, subject.who)
    if question.form is Form.CHOICES:
        odds = {}
        for choice in question.choices:
            fits = wording.prompt(YES_NO, wording.fits(words, choice), subject.who)
            found = speaker.odds(subject.pixels, fits, typed.words(YES_NO))
            if found is None:
                return written(speaker, question, asked, subject)
            odds[choice] = found["yes"]
        return fitting(question, odds)
    if question.form is Form.BOXES:
        boxes = speaker.boxes(subject.pixels, words)
        if boxes is not None:
            return typed.placed(tuple(on_photo(box, subject) for box in boxes))
    if allowed := typed.words(question):
        found = speaker.odds(subject.pixels, asked, allowed)
        if found is not None:
            return typed.likeliest(question, found)
    return written(speaker, question, asked, subject)


def written(speaker: Speaker, question: Question, asked: str, subject: Subject) -> Told:
    """What it writes, read; asked once more where that was no answer."""
    schema = typed.schema(question)
    told = typed.parsed(question, speaker.text(subject.pixels, asked, schema), subject.frame)
    if not told.invalid:
        return told
    again = speaker.text(subject.pixels, f"{asked} {wording.AGAIN}", schema)
    return typed.parsed(question, again, subject.frame)


def on_photo(box: Box, subject: Subject) -> Box:
    """A box in pixels of what was shown, in pixels of the photo."""
    height, width = subject.pixels.shape[:2]
    across, down = subject.frame.width / width, subject.frame.height / height
    return Box(
        subject.frame.left + box.left * across,
        subject.frame.top + box.top * down,
        subject.frame.left + box.right * across,
        subject.frame.top + box.bottom * down,
    )
