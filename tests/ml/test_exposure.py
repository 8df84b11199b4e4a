"""What a stranger learns: from what is in the file, from the faces, and worst first."""

from __future__ import annotations

import pytest

from ml.exposure import Weight, lines, position
from ml.types import Box, Face, Reading, Report

NOBODY = Report((640, 480))
LARGE, SMALL = Face(Box(0, 0, 100, 120), 0.9), Face(Box(200, 0, 220, 224), 0.9)


def learned(exif: dict[str, object], name: str = "a.jpg", report: Report = NOBODY) -> list[str]:
    return [line.learns for line in lines(exif, name, report)]


def test_a_clean_file_without_people_tells_nothing() -> None:
    assert lines({}, "a.jpg", NOBODY) == ()


def test_the_place_comes_first_and_is_told_in_degrees() -> None:
    gps = {"1": "S", "2": [33.0, 51.0, 24.0], "3": "E", "4": [151.0, 12.0, 36.0]}
    said = lines({"272": "X100", "271": "Fuji", "34853": gps}, "a.jpg", NOBODY)
    assert said[0].learns == "Where it was taken, to a few metres: 33.85667° S, 151.21000° E"
    assert [line.weight for line in said] == [Weight.MUCH, Weight.LITTLE]
    assert said[1].learns == "Which camera or phone took it: Fuji X100"
    assert all(line.in_file for line in said)


@pytest.mark.parametrize(
    "gps",
    [
        {},
        {"2": [99.0, 0, 0], "4": [0.0, 0, 0]},
        {"2": ["north"], "4": [1.0]},
        {"2": 5, "4": 6},
        {"2": [0.0, 0.0, 0.0], "4": [0.0, 0.0, 0.0]},
        {"2": [None], "4": [1.0]},
    ],
)
def test_no_place_is_made_up(gps: dict[str, object]) -> None:
    assert position(gps) is None


def test_hair_and_clothes_are_told_where_some_were_read() -> None:
    read = Reading("m", "clothing colour", "red", face=0)
    unread = Reading("m", "clothing colour", None, face=1, note="too little of it in sight")
    told = "What people look like and wear, by which those who know them may tell them"
    assert told in learned({}, report=Report((640, 480), (LARGE, SMALL), (read, unread)))
    assert told not in learned({}, report=Report((640, 480), (LARGE, SMALL), (unread,)))
    nothing = (
        Reading("m", "eyewear", "none", face=0),
        Reading("m", "facial hair", "unsure", face=0),
    )
    assert told not in learned({}, report=Report((640, 480), (LARGE, SMALL), nothing))


def test_names_numbers_times_and_words_in_the_file_are_told() -> None:
    exif = {
        "315": "Ada L.",
        "305": "Darkroom 5",
        "270": "at grandma's",
        "34665": {"42033": "123", "36867": "2024:05:12 14:03:10"},
    }
    assert learned(exif) == [
        "Whose photo it is: Ada L.",
        "Which other photos came from the same camera",
        "When it was taken: 2024-05-12 14:03",
        "What somebody wrote about it: “at grandma's”",
        "What it was edited or saved with: Darkroom 5",
    ]


def test_people_whom_the_file_names_are_told_first() -> None:
    said = lines({"315": "Ada L."}, "a.jpg", NOBODY, ("Bea", "Cem", "Dan", "Eva", "Flo"))
    assert said[0].learns == "What people on it are called: Bea, Cem, Dan and 2 more"
    assert said[0].in_file and len(said) == 2
    (alone,) = lines({}, "a.jpg", NOBODY, ("Bea",))
    assert alone.learns == "What people on it are called: Bea"


def test_a_name_with_a_date_tells_it() -> None:
    assert learned({}, "IMG_20240512_140310.jpg") == ["When it was taken, by its name"]
    assert learned({}, "IMG_99999999.jpg") == []


def test_faces_tell_who_was_there_with_whom() -> None:
    report = Report(
        (640, 480),
        faces=(LARGE, SMALL),
        readings=(
            Reading("m", "inter-pupil distance", 63.0, face=0, unit="mm"),
            Reading("m", "inter-pupil distance", None, face=1, unit="mm", note="face too small"),
        ),
    )
    said = lines({}, "a.jpg", report)
    assert said[0].learns.startswith("Who 1 of 2 people are")
    assert "a face large and clear" in said[0].cause
    assert "That these 2 people were together" in [line.learns for line in said]
    assert any("measure a face by" in line.cause for line in said)
    assert not any(line.in_file for line in said)


def test_faces_too_small_to_be_known_are_not_said_to_be() -> None:
    assert learned({}, report=Report((640, 480), faces=(SMALL,))) == []
