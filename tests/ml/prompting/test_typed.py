"""Answers are enums, read strictly; wordings agree or do not; attributes are known by name."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from ml.contracts import Asked, View
from ml.prompting import agreeing, typed
from ml.prompting.attributes import ATTRIBUTES
from ml.prompting.library import QUESTIONS
from ml.prompting.remote_words import sensitive
from ml.prompting.showing import subjects
from ml.prompting.typed import Told
from ml.types import Box, Face, Form, Picture, Question

WHOLE = Box(0, 0, 1000, 1000)
YES_NO = Question("Is it?", Form.YES_NO)
COLOUR = Question("Which?", Form.CHOICE, ("blue", "dark blue", "red"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("blue", "blue"),
        ("Dark blue.", "dark blue"),
        ("It is dark blue", None),
        ("not red", None),
        ('Sure: {"answer": "red"}', "red"),
        ('{"answer": "green"}', None),
        ("red or blue", None),
        ("bluest", None),
        ("", None),
        ('{"answer": ["red"]} nothing', None),
        ("{" * 3000, None),
    ],
)
def test_a_choice_is_one_of_the_choices_or_invalid(text: str, value: str | None) -> None:
    told = typed.parsed(COLOUR, text, WHOLE)
    assert told.value == value and bool(told.invalid) == (value is None)


def test_texts_are_short_plain_lines() -> None:
    text = Question("What?")
    assert typed.parsed(text, "a\n\x1b[31mred\u202e hat", WHOLE).value == "a [31mred hat"
    assert len(str(typed.parsed(text, "x" * 5000, WHOLE).value)) == typed.LONGEST
    assert typed.parsed(text, " \n", WHOLE).invalid


def test_numbers_are_ranges() -> None:
    age = QUESTIONS["apparent-age"]
    told = typed.chosen(age, "30 to 39")
    assert told.value == 34.5 and told.interval == (30, 39)
    ends = list(typed.ranges(age).values())
    assert ends[0][0] == 0 and ends[-1][1] == 110
    assert all(b == c - 1 for (_, b), (c, _) in pairwise(ends))
    people = QUESTIONS["people"]
    assert typed.chosen(people, "3").value == 3 and typed.chosen(people, "10 or more").invalid


def test_what_most_wordings_say_counts_and_disagreement_lowers_the_score() -> None:
    odds = [{"yes": 0.9, "no": 0.1}, {"yes": 0.8, "no": 0.2}, {"yes": 0.4, "no": 0.6}]
    one = agreeing.agreed(YES_NO, [typed.likeliest(YES_NO, of) for of in odds])
    assert one.told.value is True and one.agreement == pytest.approx(2 / 3)
    assert one.score == pytest.approx(0.7 * 2 / 3)
    alone = agreeing.agreed(YES_NO, [typed.likeliest(YES_NO, odds[0])])
    assert alone.agreement is None and alone.score == 0.9


def test_a_wording_without_an_answer_disagrees() -> None:
    one = agreeing.agreed(YES_NO, [Told(True), Told(invalid="?"), Told(True), Told(False)])
    assert one.told.value is True and one.agreement == one.score == 0.5
    none = agreeing.agreed(YES_NO, [Told(invalid="first"), Told(invalid="second")])
    assert none.told.invalid == "first" and none.score is None


@pytest.mark.parametrize("question", list(ATTRIBUTES.values()), ids=list(ATTRIBUTES))
def test_attributes_are_known_by_name_and_sensitive_where_they_are(question: Question) -> None:
    assert QUESTIONS[question.name] == question and question.of_face
    assert bool(sensitive(question)) == (question.name in SENSITIVE)


SENSITIVE = {
    *("age-group", "apparent-gender", "apparent-expression"),
    *("celeba-male", "celeba-young", "celeba-pale-skin"),
}


def test_all_faces_are_shown_by_numbers_on_a_copy() -> None:
    pixels = np.zeros((300, 900, 3), np.uint8)
    view = View(Picture(pixels), (Face(Box(100, 60, 160, 130), 1.0),))
    question = Question("Is this person smiling?", Form.YES_NO, of_face=True)
    (one,) = subjects(view, Asked([question], marked=True), question)
    assert one.pixels.any() and not pixels.any()
    assert one.frame == Box(0, 0, 900, 300) and "number 1" in one.who and one.face == 0


def test_what_is_asked_of_the_photo_is_not_asked_of_who_is_described() -> None:
    view = View(Picture(np.zeros((90, 90, 3), np.uint8)))
    photo, person = Question("Is it sharp?"), Question("Is this a hat?", of_face=True)
    asked = Asked([photo, person], described="the woman in the red coat")
    (one,), (other,) = (subjects(view, asked, question) for question in (photo, person))
    assert not one.described and "the woman in the red coat" in other.who


def test_nobody_is_asked_about_where_there_is_no_face() -> None:
    question = Question("Is this person smiling?", Form.YES_NO, of_face=True)
    assert subjects(View(Picture(np.zeros((9, 9, 3), np.uint8))), Asked([question]), question) == []
