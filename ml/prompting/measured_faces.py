"""What measurements answer about one face."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ml.prompting.measured_seen import Said, Seen, declined, source, unmeasured
from ml.types import Form, Reading


@dataclass(frozen=True, slots=True)
class FaceTopic:
    """One thing that is measured of a face. subject: what it is, for sentences. answer: of one
    face."""

    name: str
    form: Form
    subject: str
    answer: Callable[[Seen, int], Said]


def one_of(name: str, yes: tuple[str, ...], no: tuple[str, ...]) -> Callable[[Seen, int], Said]:
    """Yes or no by a reading's word."""

    def answer(seen: Seen, face: int) -> Said:
        reading = seen.word(name, face, (*yes, *no))
        if why := unmeasured(reading):
            return why
        assert reading is not None  # noqa: S101  unmeasured() said so
        return Said(reading.value in yes, (source(reading),), reading.score)

    return answer


def word(name: str) -> Callable[[Seen, int], Said]:
    """A reading's own word."""

    def answer(seen: Seen, face: int) -> Said:
        reading = seen.reading(name, face)
        if why := unmeasured(reading):
            return why
        assert reading is not None  # noqa: S101
        return Said(str(reading.value), (source(reading),), reading.score)

    return answer


def number(name: str) -> Callable[[Seen, int], Said]:
    def answer(seen: Seen, face: int) -> Said:
        reading = seen.reading(name, face)
        if why := unmeasured(reading):
            return why
        assert reading is not None  # noqa: S101
        assert isinstance(reading.value, float)  # noqa: S101
        return Said(reading.value, (source(reading),), reading.score, interval=reading.interval)

    return answer


def eyes_open(seen: Seen, face: int) -> Said:
    """The mesh lays lids where lids usually are, whether or not they are shut."""
    return declined("The face mesh does not see whether lids are shut.")


def gesture(name: str) -> Callable[[Seen, int], Said]:
    """Yes where a hand was seen; that none was seen does not say that there is none."""

    def answer(seen: Seen, face: int) -> Said:
        reading = seen.word(name, face, ("yes",))
        if reading is None or reading.value != "yes":
            return declined("No hand was seen there, but hands are often overlooked.")
        return Said(True, (source(reading),), reading.score)

    return answer


def looks_into_camera(seen: Seen, face: int) -> Said:
    """Where eyes point, where they can be seen, and else where the head does."""
    first: Reading | None = None
    for name in ("looks at the camera", "faces the camera"):
        reading = seen.reading(name, face)
        first = first or reading
        if reading is not None and reading.value in ("yes", "no"):
            return Said(reading.value == "yes", (source(reading),), reading.score)
    return unmeasured(first) or declined("Measured, but not sure enough to say.")


def hair_colour(seen: Seen, face: int) -> Said:
    """Only dark and light are told apart."""
    reading = seen.reading("hair colour", face)
    covered = seen.reading("hair covered", face)
    if covered is not None and covered.value == "yes":
        return declined("The hair is covered.", covered)
    if why := unmeasured(reading):
        return why
    assert reading is not None  # noqa: S101
    return Said(str(reading.value), (source(reading),), reading.score)


def looks_at(seen: Seen, face: int) -> Said:
    """Whom of the others."""
    reading = seen.reading("looks at", face)
    if why := unmeasured(reading):
        return why
    assert reading is not None  # noqa: S101
    if reading.other is None:
        return Said(str(reading.value), (source(reading),), reading.score)
    other = seen.box(reading.other)
    return Said(seen.called(reading.other), (source(reading),), reading.score, boxes=(other,))


_YES = ("yes",)
_NO = ("no",)
TOPICS: Mapping[str, FaceTopic] = {
    topic.name: topic
    for topic in (
        FaceTopic("smiling", Form.YES_NO, "smiling", one_of("smiling", _YES, _NO)),
        FaceTopic(
            "glasses",
            Form.YES_NO,
            "wearing glasses",
            one_of("eyewear", ("glasses", "sunglasses"), ("none",)),
        ),
        FaceTopic(
            "sunglasses",
            Form.YES_NO,
            "wearing sunglasses",
            one_of("eyewear", ("sunglasses",), ("none", "glasses")),
        ),
        FaceTopic(
            "beard",
            Form.YES_NO,
            "with a beard or moustache",
            one_of("facial hair", ("beard or moustache",), ("none",)),
        ),
        FaceTopic("hat", Form.YES_NO, "with covered hair", one_of("hair covered", _YES, _NO)),
        FaceTopic("mask", Form.YES_NO, "wearing a face mask", one_of("face mask", _YES, _NO)),
        FaceTopic(
            "mouth-open", Form.YES_NO, "with an open mouth", one_of("mouth", ("open",), ("closed",))
        ),
        FaceTopic("teeth", Form.YES_NO, "showing teeth", one_of("teeth visible", _YES, _NO)),
        FaceTopic(
            "hand-on-face",
            Form.YES_NO,
            "with a hand on the face",
            gesture("hand on face"),
        ),
        FaceTopic(
            "raised-hand",
            Form.YES_NO,
            "raising a hand",
            gesture("raised hand"),
        ),
        FaceTopic("faces-camera", Form.YES_NO, "looking into the camera", looks_into_camera),
        FaceTopic("eyes-open", Form.YES_NO, "with open eyes", eyes_open),
        FaceTopic("hair-colour", Form.CHOICE, "hair colour", hair_colour),
        FaceTopic("hair-shade", Form.CHOICE, "hair shade", hair_colour),
        FaceTopic("clothing-colour", Form.CHOICE, "clothing colour", word("clothing colour")),
        FaceTopic("looks-at", Form.TEXT, "looking at", looks_at),
        FaceTopic("apparent-age", Form.NUMBER, "apparent age", number("apparent age")),
        FaceTopic(
            "apparent-expression", Form.CHOICE, "apparent expression", word("apparent expression")
        ),
        FaceTopic("apparent-gender", Form.CHOICE, "apparent gender", word("apparent gender")),
    )
}
