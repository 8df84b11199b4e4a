"""A model that reads much does not fill a face's card."""

from __future__ import annotations

from django.test import Client

from ml import registry
from ml.facs import UNITS
from ml.types import Reading
from webapp.models import Face, Photo, Run
from webapp.models import Reading as Row
from webapp.pages.showing import FIRST, MANY, first_and_more, notes, values
from webapp.selectors.results import Group, ShownRun

RUN = ShownRun("m", "M", "t", "T", True, "", "", "", 1, 0.1)


def group(*numbers: float | None) -> Group:
    readings = (
        Reading("m", f"n{i}", one, note="" if one is not None else "face too small")
        for i, one in enumerate(numbers)
    )
    return Group(RUN, tuple(readings))


def test_few_values_are_all_given_in_the_order_read() -> None:
    first, more = first_and_more(group(0.2, 0.9, 0.1))
    assert [one.name for one in first] == ["n0", "n1", "n2"] and more == ()


def test_of_many_values_the_largest_come_first_and_none_is_lost() -> None:
    numbers = [i / 10 for i in range(MANY + 3)]
    first, more = first_and_more(group(*numbers))
    assert [one.name for one in first] == [f"n{MANY + 2 - i}" for i in range(FIRST)]
    assert [one.name for one in more] == [f"n{i}" for i in range(MANY + 3 - FIRST)]


def test_of_many_values_with_a_unit_the_first_are_given() -> None:
    readings = [Reading("m", f"n{i}", float(i), unit="of 100") for i in range(MANY + 3)]
    first, more = first_and_more(Group(RUN, tuple(readings)))
    assert [one.name for one in first] == [f"n{i}" for i in range(FIRST)]
    assert [one.name for one in more] == [f"n{i}" for i in range(FIRST, MANY + 3)]


def test_of_many_values_not_measured_the_reason_is_given_once() -> None:
    first, more = first_and_more(group(*[None] * (MANY + 3)))
    assert [one.words for one in first] == ["not measured: face too small"] and more == ()


def test_a_word_hardly_likelier_than_not_is_said_as_a_guess() -> None:
    readings = [Reading("m", "mood", word, score) for word, score in (("sad", 0.3), ("glad", 0.8))]
    sad, glad = values(Group(RUN, tuple(readings)))
    assert sad.doubtful and not glad.doubtful
    assert not values(Group(RUN, (Reading("m", "angle", 3.0, 0.2),)))[0].doubtful
    assert not values(Group(RUN, (Reading("m", "gaze", "unsure", 0.5),)))[0].doubtful


def test_a_guess_is_not_shown_in_bold(alices: Client, analysed: Photo) -> None:
    analysed.gallery.sensitive_choices.create(kind="gender")
    run = Run.objects.create(photo=analysed, model="dlib-gender", task="gender", recipe=1)
    Row.objects.create(
        run=run, face=Face.objects.get(), name="apparent gender", label="male", score=0.51
    )
    page = alices.get(f"/photos/{analysed.pk}/").content.decode()
    assert '<span class="number muted">perhaps male</span>' in page


def test_the_page_gives_the_largest_at_once_and_the_rest_when_asked(
    alices: Client, analysed: Photo
) -> None:
    model = registry.get("mesh-action-units").card
    analysed.gallery.sensitive_choices.create(kind="emotion")
    run = Run.objects.create(photo=analysed, model=model.name, task=model.task.name, recipe=1)
    face = Face.objects.get()
    for unit in UNITS:
        Row.objects.create(run=run, face=face, name=str(unit), number=unit.number / 100)
    page = alices.get(f"/photos/{analysed.pk}/").content.decode()
    row = page.partition(model.title)[2].partition("</li>")[0]
    first, _, more = row.partition("</summary>")
    assert "AU26 jaw drop" in first and "AU20 lip stretcher" in first
    assert "AU12 lip corner puller" not in first and "AU12 lip corner puller" in more
    assert first.count("AU") == FIRST and more.count("AU") >= len(UNITS) - FIRST


def test_what_was_noted_of_a_measured_value_is_said_once() -> None:
    said = (
        Reading("m", "looks at", "another face", note="by the turn of the head"),
        Reading("m", "eye contact", "yes", note="by the turn of the head"),
        Reading("m", "yaw", None, note="face too small"),
    )
    assert notes(Group(RUN, said)) == ("by the turn of the head",)
