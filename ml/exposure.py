"""What a stranger could learn from a photo, in plain words, worst first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any

from ml.types import Face, Report

EXIF, GPS = "34665", "34853"
# Pixels of a face's shorter side from which the recognisers here tell people apart.
KNOWN_FROM = 36.0
DATED_NAME = re.compile(r"(?:19|20)\d{2}[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])")
NAMES = 3  # so many are told one by one
IN_FILE = "Save the copy without metadata and share that one"
# Readings of what shows of a person beside the features.
UNSEEN = ("none", "unsure")  # words for what did not show
LOOKS = ("eyewear", "facial hair", "hair colour", "clothing colour")
IN_FACES = "Cover, blur or crop the faces before sharing it"


class Weight(IntEnum):
    """How much it gives away; the worst first."""

    MUCH = 3
    SOME = 2
    LITTLE = 1


class Topic(StrEnum):
    """What a line is about, in words that tell nothing of this photo."""

    NAMES = "what people are called"
    PLACE = "where it was taken"
    SIGHTS = "what shows the place"
    OWNER = "whose photo it is"
    SERIAL = "which other photos the camera took"
    TIME = "when it was taken"
    NOTE = "what somebody wrote about it"
    CAMERA = "which camera took it"
    SOFTWARE = "what it was saved with"
    FILE_NAME = "what its name tells"
    IDENTITY = "who people are"
    GUESSES = "what people may be taken for"
    TOGETHER = "who was together"
    LOOKS = "what people look like and wear"
    MEASURE = "a measure of the body"


class Act(StrEnum):
    """What can be done about a line, or about what no line tells (HIDE_TEXT). CROP_PEOPLE and
    CROP_PLACE are a person's to do; DISGUISE_FACES, that recognisers no longer match, may be
    offered where COVER_FACES is."""

    STRIP_FILE = "strip-file"
    NEUTRAL_NAME = "neutral-name"
    COVER_FACES = "cover-faces"
    DISGUISE_FACES = "disguise-faces"
    HIDE_TEXT = "hide-text"
    SMALLER_COPY = "smaller-copy"
    CROP_PEOPLE = "crop-people"
    CROP_PLACE = "crop-place"


@dataclass(frozen=True, slots=True)
class Line:
    """learns: what a stranger learns. cause: what in the photo tells it. act: what would remove
    it, in words; does: the same for programs; or_does: what may be done instead. in_file: a copy
    without metadata does not tell it."""

    weight: Weight
    topic: Topic
    learns: str
    cause: str
    act: str
    does: Act
    in_file: bool = False
    or_does: Act | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "weight": self.weight.name.lower(),
            "topic": self.topic.value,
            "does": self.does.value,
            "or_does": self.or_does.value if self.or_does else None,
            "learns": self.learns,
            "cause": self.cause,
            "act": self.act,
            "in_file": self.in_file,
        }


def lines(
    exif: Mapping[str, Any],
    name: str,
    report: Report,
    people: Sequence[str] = (),
    more: Sequence[Line] = (),
) -> tuple[Line, ...]:
    """exif: tag number -> plain value, sub-directories under "34853" (GPS) and "34665" (Exif), as
    CIPA DC-008 (Exif 2.32) numbers them. name: of the file. report: what models found. people:
    whom the file names on its picture (ml.xmp). more: lines that others found."""
    found = [*in_names(people), *in_file(exif, name), *in_faces(report), *more]
    return tuple(sorted(found, key=lambda line: -line.weight))


def in_names(people: Sequence[str]) -> Iterator[Line]:
    """Whom the file names on its picture."""
    if people:
        who, more = ", ".join(people[:NAMES]), len(people) - NAMES
        learns = f"What people on it are called: {who}" + (f" and {more} more" if more > 0 else "")
        yield _file(Weight.MUCH, Topic.NAMES, learns, "names that a program kept")


def in_file(exif: Mapping[str, Any], name: str) -> Iterator[Line]:
    """What the file tells beside its picture."""
    inner, gps = _inside(exif, EXIF), _inside(exif, GPS)
    if (place := position(gps)) is not None:
        latitude, longitude = place
        north, east = "NS"[latitude < 0], "EW"[longitude < 0]
        where = f"{abs(latitude):.5f}° {north}, {abs(longitude):.5f}° {east}"
        learns = f"Where it was taken, to a few metres: {where}"
        yield _file(Weight.MUCH, Topic.PLACE, learns, "GPS position")
    for tag, what in (("42032", "camera owner"), ("315", "artist"), ("40093", "author")):
        if owner := _text(inner.get(tag)) or _text(exif.get(tag)):
            learns = f"Whose photo it is: {owner}"
            yield _file(Weight.MUCH, Topic.OWNER, learns, f"the {what} field")
    serials = [_text(inner.get(tag)) for tag in ("42033", "42037")]
    if any(serials):
        learns = "Which other photos came from the same camera"
        number = next(filter(None, serials))
        yield _file(Weight.MUCH, Topic.SERIAL, learns, f"serial number {number}")
    if taken := _text(inner.get("36867")) or _text(exif.get("306")):
        learns = f"When it was taken: {_date(taken)}"
        yield _file(Weight.SOME, Topic.TIME, learns, "the time the camera wrote")
    for tag in ("270", "37510"):
        if note := _text(exif.get(tag)) or _text(inner.get(tag)):
            learns = f"What somebody wrote about it: “{note[:80]}”"
            yield _file(Weight.SOME, Topic.NOTE, learns, "a comment")
    camera = " ".join(filter(None, (_text(exif.get("271")), _text(exif.get("272")))))
    if camera:
        learns = f"Which camera or phone took it: {camera}"
        yield _file(Weight.LITTLE, Topic.CAMERA, learns, "make and model")
    if software := _text(exif.get("305")):
        learns = f"What it was edited or saved with: {software}"
        yield _file(Weight.LITTLE, Topic.SOFTWARE, learns, "software field")
    if DATED_NAME.search(name):
        learns, act = "When it was taken, by its name", "Give it another name"
        cause, does = f"the file's name: {name}", Act.NEUTRAL_NAME
        yield Line(Weight.LITTLE, Topic.FILE_NAME, learns, cause, act, does)


def in_faces(report: Report) -> Iterator[Line]:
    """What the picture tells of the people on it, whoever looks."""
    large = [face for face in report.faces if _side(face) >= KNOWN_FROM]
    if not report.faces:
        return
    count, all_of_them = len(large), len(report.faces)
    if large:
        whom = "the person is" if all_of_them == 1 else f"{count} of {all_of_them} people are"
        learns = f"Who {whom}, wherever else their faces are known by name"
        cause = f"{_faces(count)} large and clear enough for face recognition"
        # Recognisers may be misled; whoever knows somebody is not.
        yield _face(Weight.MUCH, Topic.IDENTITY, learns, cause, Act.DISGUISE_FACES)
        learns = "What age, gender and mood people may be taken for"
        cause = (
            f"{_faces(count)} that models guess at, rightly or wrongly, whether asked here or not"
        )
        yield _face(Weight.SOME, Topic.GUESSES, learns, cause)
    if all_of_them > 1:
        learns = f"That these {all_of_them} people were together"
        yield _face(Weight.SOME, Topic.TOGETHER, learns, f"{_faces(all_of_them)} in one picture")
    if dressed := max(_named(report, name) for name in LOOKS):
        learns = "What people look like and wear, by which those who know them may tell them"
        cause = f"hair, beard, glasses or clothes seen of {_faces(dressed)}"
        act = "Crop people out: covering faces leaves hair and clothes"
        yield Line(Weight.LITTLE, Topic.LOOKS, learns, cause, act, Act.CROP_PEOPLE)
    if measured := _named(report, "inter-pupil distance"):
        learns = "A measure of the body that changes little in a lifetime"
        cause = f"irises sharp enough to measure {_faces(measured)} by"
        act, does = "Share a smaller copy", Act.SMALLER_COPY
        yield Line(Weight.SOME, Topic.MEASURE, learns, cause, act, does)


def position(gps: Mapping[str, Any]) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, north and east positive; None where they are missing or
    impossible."""
    try:
        latitude, longitude = _degrees(gps["2"]), _degrees(gps["4"])
    except (KeyError, TypeError, ValueError):
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or latitude == longitude == 0:
        return None
    south, west = gps.get("1") == "S", gps.get("3") == "W"
    return (-latitude if south else latitude), (-longitude if west else longitude)


def _degrees(parts: Sequence[Any]) -> float:
    whole, minutes, seconds = (float(part) for part in [*parts, 0, 0][:3])
    return whole + minutes / 60 + seconds / 3600


def _file(weight: Weight, topic: Topic, learns: str, what: str) -> Line:
    cause = f"{what} in the file's metadata"
    return Line(weight, topic, learns, cause, IN_FILE, Act.STRIP_FILE, in_file=True)


def _face(
    weight: Weight, topic: Topic, learns: str, cause: str, instead: Act | None = None
) -> Line:
    return Line(weight, topic, learns, cause, IN_FACES, Act.COVER_FACES, or_does=instead)


def _inside(exif: Mapping[str, Any], tag: str) -> Mapping[str, Any]:
    inner = exif.get(tag)
    return inner if isinstance(inner, Mapping) else {}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _date(text: str) -> str:
    """EXIF's 2024:05:12 14:03:10 as 2024-05-12 14:03."""
    return text[:10].replace(":", "-") + text[10:16]


def day_taken(exif: Mapping[str, Any]) -> date | None:
    """The day on which the camera says it took the photo (EXIF DateTimeOriginal). exif: as of
    `lines`. None where it says none, or no day there is."""
    try:
        return date.fromisoformat(_date(_text(_inside(exif, EXIF).get("36867")))[:10])
    except ValueError:
        return None


def _side(face: Face) -> float:
    return min(face.box.width, face.box.height)


def _faces(count: int) -> str:
    return "a face" if count == 1 else f"{count} faces"


def _named(report: Report, name: str) -> int:
    """On how many faces that was measured, and something seen."""
    return sum(
        reading.name == name and reading.value is not None and reading.value not in UNSEEN
        for reading in report.readings
    )
