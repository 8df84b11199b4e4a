"""Answers are enums, read strictly; wordings agree or not; what is sensitive is known as such."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from ml.contracts import Asked, View
from ml.prompting import agreeing, typed
from ml.prompting.attributes import ATTRIBUTES
from ml.prompting.library import QUESTIONS
from ml.prompting.showing import LONGEST, around, subjects
from ml.prompting.touchy import touches, turned_off
from ml.prompting.typed import Told
from ml.registry import Sensitive
from ml.types import Box, Face, Form, Picture, Question

WHOLE = Box(0, 0, 1000, 1000)
YES_NO = Question("Is it?", Form.YES_NO)
COLOUR = Question("Which?", Form.CHOICE, ("blue", "dark blue", "red"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("blue", "blue"),
        ("Dark blue.", "dark blue"),
        ("It is dark blue", "dark blue"),
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


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How old is she?", Sensitive.AGE),
        ("Is this person a woman?", Sensitive.GENDER),
        ("Which ethnicity does he have?", Sensitive.RACE),
        ("How does she feel?", Sensitive.EMOTION),
        ("Are they paying attention?", Sensitive.ATTENTION),
    ],
)
def test_questions_in_free_words_are_known_as_sensitive(text: str, kind: Sensitive) -> None:
    question = Question(text)
    assert touches(question) == {kind} and turned_off(question, frozenset())
    assert not turned_off(question, frozenset({kind}))


@pytest.mark.parametrize(
    "text",
    ["Is the woman in the red coat smiling?", "What colour is the car?", "Is this a page of text?"],
)
def test_other_questions_are_not(text: str) -> None:
    assert touches(Question(text)) == set()


def test_choices_may_be_sensitive_too() -> None:
    assert touches(Question("Which?", Form.CHOICE, ("male", "female"))) == {Sensitive.GENDER}


@pytest.mark.parametrize("question", list(ATTRIBUTES.values()), ids=list(ATTRIBUTES))
def test_attributes_are_known_by_name_and_sensitive_where_they_are(question: Question) -> None:
    assert QUESTIONS[question.name] == question and question.of_face
    assert touches(question) <= {question.sensitive}, "words of a kind that it does not name"
    assert bool(question.sensitive) == (question.name in SENSITIVE)


SENSITIVE = {"age-group", "apparent-gender", "apparent-expression"}


def test_a_crop_holds_the_face_and_stays_in_the_photo() -> None:
    box = Box(10, 10, 60, 60)
    frame = around(Face(box, 1.0), (100, 120))
    assert frame.left <= 10 and frame.top <= 10 and frame.right >= 60 and frame.bottom >= 60
    assert frame.left >= 0 and frame.right <= 100 and frame.bottom <= 120


def test_large_photos_are_shown_smaller_and_numbers_are_drawn_on_copies() -> None:
    pixels = np.zeros((100, 3 * LONGEST, 3), np.uint8)
    view = View(Picture(pixels), (Face(Box(100, 10, 160, 80), 1.0),))
    question = Question("Is this person smiling?", Form.YES_NO, of_face=True)
    (one,) = subjects(view, Asked([question], marked=True), question)
    assert max(one.pixels.shape) == LONGEST and one.pixels.any() and not pixels.any()
    assert one.frame == Box(0, 0, 3 * LONGEST, 100) and "number 1" in one.who


def test_nobody_is_asked_about_where_there_is_no_face() -> None:
    question = Question("Is this person smiling?", Form.YES_NO, of_face=True)
    assert subjects(View(Picture(np.zeros((9, 9, 3), np.uint8))), Asked([question]), question) == []
