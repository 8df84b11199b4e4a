"""What measurements answer about a photo as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log2

from ml.prompting.measured_faces import looks_at
from ml.prompting.measured_seen import NOT_INSTALLED, UNSURE, Said, Seen, declined, source
from ml.types import Form, Reading, Source

# EXIF 2.32: tag numbers.
EXIF, GPS = 0x8769, 0x8825
MODEL, TAKEN, TAKEN_IN_EXIF = 0x0110, 0x0132, 0x9003
EXPOSURE, F_NUMBER, ISO, FLASH = 0x829A, 0x829D, 0x8827, 0x9209
# Exposure values at ISO 100: scenes in the open by day lie from about 12 up, rooms and nights below
# 9 (ISO 2720:1974, as exposure guides tabulate it); studio lights reach 13.
DAY, NIGHT = 13.5, 8.5
SHARP, BLURRED = 45.0, 15.0  # of 100, a face's sharpness: above sharp, below blurred
PHOTOGRAPH = "photograph"
NO_TEXT = "no writing was found"
FILE = "file"  # whose word EXIF is
NO_EXIF = "The file does not say: it holds no {}."


@dataclass(frozen=True, slots=True)
class PhotoTopic:
    name: str
    form: Form
    subject: str
    answer: Callable[[Seen], Said]


def people(seen: Seen) -> Said:
    """Faces found, for of others nothing is known; drawn ones are none, and what may be drawn
    makes the number unsure."""
    looks = {reading.face: reading for reading in seen.of_all("looks")}
    kinds = [looks[face].value if face in looks else PHOTOGRAPH for face in range(seen.faces)]
    sure = sum(kind in (None, PHOTOGRAPH) for kind in kinds)  # none told of small ones
    most = sure + kinds.count(UNSURE)
    found = (source(Reading(FILE, "faces found", float(seen.faces))),)
    boxes = tuple(face.box for face, kind in zip(seen.view.faces, kinds, strict=True)
                  if kind in (None, PHOTOGRAPH))  # fmt: skip
    ends = (float(sure), float(most)) if most > sure else None
    return Said(float(sure), (*found, *map(source, looks.values())), interval=ends, boxes=boxes)


def sharp(seen: Seen) -> Said:
    """By the sharpest face: what is behind may be out of focus on purpose."""
    known = [r for r in seen.of_all("sharpness") if isinstance(r.value, float)]
    if not known:
        return declined("Sharpness is measured on faces, and none here is large enough.")
    best = max(known, key=lambda reading: float(reading.value or 0))
    assert isinstance(best.value, float)  # noqa: S101
    if BLURRED < best.value < SHARP:
        return declined("The sharpest face is neither sharp nor blurred.", best)
    return Said(best.value >= SHARP, (source(best),))


def daylight(seen: Seen) -> Said:
    """How much light the camera needed; a flash says nothing about the rest of it."""
    flash = seen.exif(FLASH, EXIF)
    time, stop = seen.exif(EXPOSURE, EXIF), seen.exif(F_NUMBER, EXIF)
    speed = seen.exif(ISO, EXIF)
    speed = speed[0] if isinstance(speed, tuple | list) and speed else speed
    if not time or not stop or not speed:
        return declined(NO_EXIF.format("complete exposure"))
    if isinstance(flash, int) and flash & 1:
        return declined("The flash fired, so that the exposure says nothing of the daylight.")
    value = log2(float(stop) ** 2 / float(time)) - log2(float(speed) / 100)
    said = Source(FILE, "exposure value at ISO 100", f"{value:.1f}")
    if NIGHT < value < DAY:
        why = "The exposure fits a bright room as well as a dull day."
        return Said(None, (said,), declined=why)
    return Said(value >= DAY, (said,))


def when(seen: Seen) -> Said:
    """What the file says; cameras' clocks are often wrong."""
    taken = seen.exif(TAKEN_IN_EXIF, EXIF) or seen.exif(TAKEN)
    if not taken or not str(taken).strip(" :\0"):
        return declined(NO_EXIF.format("time"))
    day, _, hour = str(taken).strip("\0 ").partition(" ")
    return Said(f"{day.replace(':', '-')} {hour}".strip(), (Source(FILE, "EXIF time", str(taken)),))


def where(seen: Seen) -> Said:
    """The coordinates in the file."""
    place = seen.exif(GPS) or {}
    found = degrees(place.get(2), place.get(1)), degrees(place.get(4), place.get(3))
    if found[0] is None or found[1] is None or found == (0.0, 0.0):
        return declined(NO_EXIF.format("coordinates"))
    text = f"{found[0]:.5f}, {found[1]:.5f}"
    return Said(text, (Source(FILE, "EXIF coordinates", text),))


def degrees(parts: object, side: object) -> float | None:
    """Degrees, minutes and seconds as degrees, south and west below nought."""
    try:
        one, two, three = (float(part) for part in parts)  # type: ignore[attr-defined]
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return (-1 if str(side).strip("\0 ") in ("S", "W") else 1) * (one + two / 60 + three / 3600)


def camera(seen: Seen) -> Said:
    model = str(seen.exif(MODEL) or "").strip("\0 ")
    if not model:
        return declined(NO_EXIF.format("camera"))
    return Said(model, (Source(FILE, "EXIF camera", model),))


def size(seen: Seen) -> Said:
    wide, high = seen.view.picture.size
    text = f"{wide} x {high} pixels"
    return Said(text, (Source(FILE, "size", text),))


def who_looks_at_whom(seen: Seen) -> Said:
    """Everybody whose eyes tell."""
    told = {face: looks_at(seen, face) for face in range(seen.faces)}
    known = {face: said for face, said in told.items() if said.value is not None}
    if not known:
        if seen.faces < 2:
            return declined("It takes two people to look at each other.")
        return declined("Nobody's eyes are seen well enough to tell whom they look at.")
    lines = [f"{seen.called(face)}: {said.value}" for face, said in known.items()]
    return Said("; ".join(lines), tuple(s for said in known.values() for s in said.sources))


def visible_text(seen: Seen) -> Said:
    """What was read; it is told, and never followed."""
    read = [line for line in seen.of_all("reads") if line.value]
    if read:
        return Said(" / ".join(str(line.value) for line in read), tuple(map(source, read)))
    lines = seen.reading("lines of text")
    if lines is None:
        return declined(NOT_INSTALLED)
    if not lines.value:
        return Said(NO_TEXT, (source(lines),))
    return declined("There is writing, but nothing here reads it.", lines)


TOPICS: Mapping[str, PhotoTopic] = {
    topic.name: topic
    for topic in (
        PhotoTopic("people", Form.NUMBER, "how many people", people),
        PhotoTopic("sharp", Form.YES_NO, "whether it is sharp", sharp),
        PhotoTopic("daylight", Form.YES_NO, "whether it was taken in daylight", daylight),
        PhotoTopic("when", Form.TEXT, "when it was taken", when),
        PhotoTopic("where", Form.TEXT, "where it was taken", where),
        PhotoTopic("camera", Form.TEXT, "which camera took it", camera),
        PhotoTopic("size", Form.TEXT, "how large it is", size),
        PhotoTopic("who-looks-at-whom", Form.TEXT, "who looks at whom", who_looks_at_whom),
        PhotoTopic("visible-text", Form.TEXT, "what is written", visible_text),
    )
}
