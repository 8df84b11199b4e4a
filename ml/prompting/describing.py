"""Finds a person described in words among the faces of a photo, by what was measured of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ml.prompting.library import COLOURS
from ml.prompting.measured_faces import TOPICS
from ml.prompting.measured_seen import Seen
from ml.prompting.measured_words import FACE_WORDS, NOT, plain
from ml.types import Source

WORN = r"coat|jacket|shirt|dress|sweater|pullover|suit|jersey|top|clothes|t-shirt|hoodie|blouse"
YES_NO = ("sunglasses", "glasses", "mask", "hat", "beard", "smiling", "hand-on-face", "raised-hand")
LIGHT = ("blond", "blonde", "grey", "gray", "white", "light")
PLACES = r"left|right|middle|centre|center|front|back"
NOBODY = "Nobody on the photo was measured to be like that."
SEVERAL = "It fits {} people on the photo: choose a face instead, or say more."
NOTHING = "Nothing in that description is measured here: name clothing colour, glasses, beard, hat,"
NOTHING += " hair, smile or place (left, right, middle), or choose a face."


class Described:
    """face: whom it means; None: `why` says what is amiss. sources: what tells."""

    def __init__(self, face: int | None, sources: tuple[Source, ...] = (), why: str = "") -> None:
        self.face, self.sources, self.why = face, sources, why


def described(seen: Seen, text: str) -> Described:
    """Whom the words mean. Words that nothing measures are passed over, as "woman" is."""
    words = plain(text)
    wanted = list(clauses(words))
    places = re.findall(rf"\b({PLACES})\b", words)
    if not wanted and not places:
        return Described(None, why=NOTHING) if seen.faces != 1 else Described(0)
    fit = []
    for face in range(seen.faces):
        found = [fits(seen, face, *clause) for clause in wanted]
        if None not in found:
            fit.append((face, tuple(s for f in found if f is not None for s in f)))
    fit = placed(seen, fit, places)
    if len(fit) == 1:
        return Described(*fit[0])
    return Described(None, why=SEVERAL.format(len(fit)) if fit else NOBODY)


def clauses(words: str) -> Iterator[tuple[str, str | bool]]:
    """What the words say: topic and value."""
    for colour in (*COLOURS, "gray"):
        if re.search(rf"\b{colour}\b( \w+)? ({WORN})|\b(in|wearing)( a| the)? {colour}\b", words):
            yield "clothing-colour", "grey" if colour == "gray" else colour
    for name in YES_NO:
        found = re.search(FACE_WORDS[name], words)
        if found and not (name == "glasses" and re.search(FACE_WORDS["sunglasses"], words)):
            yield name, not re.search(NOT, words[: found.start()])
    hair = re.search(r"(\w+)[ -]hair(ed)?\b", words) or re.search(r"\b(blonde?)\b", words)
    if hair:
        yield "hair-colour", "light" if hair[1] in LIGHT else "dark"


def fits(seen: Seen, face: int, name: str, value: str | bool) -> tuple[Source, ...] | None:
    """What says that the face is so; None where nothing does."""
    said = TOPICS[name].answer(seen, face)
    if isinstance(value, str):
        agrees = isinstance(said.value, str) and said.value.startswith(value)
    else:
        agrees = said.value is value
    return said.sources if agrees else None


def placed(
    seen: Seen, fit: list[tuple[int, tuple[Source, ...]]], places: list[str]
) -> list[tuple[int, tuple[Source, ...]]]:
    """Of those that fit, whom the place means."""
    if not fit or not places:
        return fit
    place = places[0]
    across = sorted(fit, key=lambda one: seen.box(one[0]).centre[0])
    largest = sorted(fit, key=lambda one: -seen.box(one[0]).area)
    middle = seen.view.picture.size[0] / 2
    central = sorted(fit, key=lambda one: abs(seen.box(one[0]).centre[0] - middle))
    return {
        "left": across[:1],
        "right": across[-1:],
        "front": largest[:1],
        "back": largest[-1:],
    }.get(place, central[:1])
