"""Reads questions about photos with their answers: questions.csv beside the photos.

Columns: file, question, expected; and where they are there: prompt (the name of a wording, to be
told side by side), form, choices and paraphrases (with | between them), described (a person in
words). expected: yes, no, a number, a choice, choices with +, words of a text (any of several with
|), or "declined" for what nobody can tell from a photo.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ml.evaluation.readers import people
from ml.evaluation.readers.samples import Sample
from ml.evaluation.readers.tables import Row, rows
from ml.types import Answer, Form, Question

TABLE = "questions.csv"
NEEDS = ("file", "question", "expected")
DECLINED = "declined"
CELEBA = "Do the words “{}” fit the face of the person in this photo?"


@dataclass(frozen=True, slots=True)
class Posed:
    """A question and what answers it. described: the person meant, in words."""

    question: Question
    expected: str
    described: str = ""

    def met(self, answer: Answer) -> bool:
        """Whether the answer is right; an invalid one never is."""
        if answer.value is None:
            return bool(answer.declined) and self.expected == DECLINED
        if self.expected == DECLINED:
            return False
        return self._said(answer)

    def _said(self, answer: Answer) -> bool:
        value, wanted = answer.value, self.expected.casefold()
        if isinstance(value, bool):
            return value == (wanted == "yes")
        if isinstance(value, float):
            low, high = answer.interval or (value, value)
            return wanted.replace(".", "", 1).isdecimal() and low <= float(wanted) <= high
        if isinstance(value, tuple):
            return {one.casefold() for one in value} == set(filter(None, wanted.split("+")))
        if answer.question.form is Form.CHOICE:
            return str(value).casefold() in wanted.split("|")
        return any(one in str(value).casefold() for one in wanted.split("|"))


def questions(folder: Path) -> list[Sample[Posed]] | None:
    """A sample a question, those of one photo together; None where there is no such table.

    Raises:
        BadData: a line is wrong.
    """
    table = folder / TABLE
    if not table.is_file():
        return None
    return [sample(folder, row) for row in rows(table, NEEDS)]


def sample(folder: Path, row: Row) -> Sample[Posed]:
    file, expected = row.text("file"), row.text("expected").strip()
    form = Form(row.text("form", tuple(Form)) if row.get("form") else guessed(expected))
    try:
        question = Question(
            row.text("question"),
            form,
            split(row.get("choices")),
            paraphrases=split(row.get("paraphrases")),
        )
    except ValueError as error:
        raise row.wrong(str(error)) from None
    prompt = row.get("prompt")
    return Sample(
        f"{file}, line {row.line:06}",
        folder / file,
        Posed(question, expected, row.get("described").strip()),
        file,
        {"prompt": prompt, "form": form.value},
    )


def celeba(folder: Path) -> list[Sample[Posed]] | None:
    """CelebA's forty attributes, each asked of each photo by itself; None where its list is not."""
    found = people.celeba(folder)
    if found is None:
        return None
    return [
        Sample(
            f"{one.name}, {attribute}",
            one.photo,
            Posed(Question(CELEBA.format(attribute), Form.YES_NO), "yes" if fits else "no"),
            one.identity,
            {"prompt": attribute, "form": Form.YES_NO.value},
        )
        for one in found
        for attribute, fits in one.truth.items()
    ]


def guessed(expected: str) -> Form:
    """The form that such an answer has."""
    if expected.casefold() in ("yes", "no"):
        return Form.YES_NO
    return Form.NUMBER if expected.replace(".", "", 1).isdecimal() else Form.TEXT


def split(cell: str) -> tuple[str, ...]:
    return tuple(part for one in cell.split("|") if (part := one.strip()))
