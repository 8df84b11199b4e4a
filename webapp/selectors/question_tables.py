"""Answers about many photos as a table to be saved."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from webapp.models import Question
from webapp.selectors.questions import Said, lines
from webapp.selectors.reports import inert

COLUMNS = (
    *("photo", "name", "face", "face_id", "person", "question", "prompt", "version", "described"),
    *("value", "score", "low", "high", "unit", "agreement", "odds", "declined", "invalid"),
    *("engine", "origin", "rests_on", "asked"),
)


def questions_csv(questions: Iterable[Question]) -> str:
    """One line an answer (RFC 4180), with a header; a question without one has a line, too."""
    text = StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for question, said in lines(questions):
        table.writerow(map(inert, _cells(question, said)))
    return text.getvalue()


def _cells(question: Question, said: Said | None) -> list[object]:
    photo = question.photo
    what = [question.text, question.prompt, question.version]
    asked = question.created.isoformat(timespec="seconds")
    if said is None:
        return [photo.pk, photo.name, "", "", "", *what, *[""] * 10, question.engine, "", "", asked]
    told = said.told
    low, high = told.interval or ("", "")
    value = "; ".join(told.value) if isinstance(told.value, tuple) else told.value
    if told.boxes:
        value = "; ".join(" ".join(f"{edge:.0f}" for edge in box.to_json()) for box in told.boxes)
    return [
        *(photo.pk, photo.name, said.number or "", said.face or "", said.name, *what),
        *(told.described, value, told.score, low, high, told.question.unit, told.agreement),
        "; ".join(f"{choice}: {share:.3f}" for choice, share in told.odds.items()),
        *(told.declined, told.invalid, told.engine, told.origin.value),
        *("; ".join(f"{one.model} {one.name}: {one.value}" for one in said.sources), asked),
    ]
