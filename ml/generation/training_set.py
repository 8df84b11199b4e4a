"""A data set made of one's own photos of consenting people: filtered, captioned, paired.

After the data sets FaceID-6M (Wang et al., 2025: filters of resolution, faces and words, captions)
and CrossFaceID (same person, another pose or expression). Captions say only what analysers read of
the photo; nothing is looked at anew. The folder is what `datasets` loads as an "imagefolder".
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from itertools import combinations
from pathlib import Path

from ml.generation.prompt_list import RULES, Rule
from ml.generation.prompt_rules import refusal
from ml.types import Box, Picture

YAW, PITCH, ROLL, QUALITY, EXPRESSION = "yaw", "pitch", "roll", "photo quality", "expression"
HEAD_ROOM = 0.6  # of the face's box, on each side of it
TURNED, APART = 15.0, 20.0  # degrees: to be said in a caption; to be another pose
IMAGES, TABLE, PAIRS, MANIFEST = "images", "metadata.jsonl", "pairs.csv", "manifest.json"
Values = Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class Limits:
    """What is left out. side: least pixels of the photo's shorter side; face: of the face's box;
    quality: of 100, as analysers read it; a face whose quality nobody read is left out where any
    is wanted. apart: share of the face's box that another's may cover."""

    side: int = 512
    face: int = 160
    quality: float = 50.0
    apart: float = 0.05


@dataclass(frozen=True, slots=True)
class Shown:
    """A face of a photo, and what was read of it. key: the photo's. person: a name that tells
    nobody. others: boxes of the photo's other faces. values: by the readings' names. words: what
    the file says of itself: title, keywords."""

    key: str
    person: str
    size: tuple[int, int]
    box: Box
    others: tuple[Box, ...] = ()
    values: Values = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True, slots=True)
class Sorted:
    """left: how many were left out, by why."""

    kept: tuple[Shown, ...]
    left: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two faces of one person. why: "pose", "expression" or both."""

    one: Shown
    other: Shown
    yaw_apart: float
    why: str


def sorted_out(faces: Iterable[Shown], limits: Limits, rules: Sequence[Rule] = RULES) -> Sorted:
    """What may be in the set, and why the rest may not: the first reason counts. rules: what words
    of a file may not say."""
    kept: list[Shown] = []
    left: Counter[str] = Counter()
    for one in faces:
        if why := hindrance(one, limits, rules):
            left[why] += 1
        else:
            kept.append(one)
    return Sorted(tuple(kept), dict(left))


def hindrance(one: Shown, limits: Limits, rules: Sequence[Rule] = RULES) -> str:
    """Why a face is left out; "" where it is not."""
    quality = one.values.get(QUALITY)
    if min(one.size) < limits.side:
        return "photo too small"
    if min(one.box.width, one.box.height) < limits.face:
        return "face too small"
    if limits.quality and not (isinstance(quality, float) and quality >= limits.quality):
        return "quality too low, or not read"
    if any(covers(other, one.box) > limits.apart for other in one.others):
        return "another face too near"
    return "words of the file" if refusal(one.words, rules) is not None else ""


def covers(other: Box, box: Box) -> float:
    """The share of a box that another covers."""
    wide = min(other.right, box.right) - max(other.left, box.left)
    high = min(other.bottom, box.bottom) - max(other.top, box.top)
    return max(wide, 0.0) * max(high, 0.0) / (box.width * box.height)


def caption(one: Shown) -> str:
    """In words, of what was read: "a photo of a person facing left, smiling, brown hair"."""
    said = [part for part in (facing(one.values), *looks(one.values)) if part]
    return ", ".join([f"a photo of a person{f' {said[0]}' if said else ''}", *said[1:]])


def facing(values: Values) -> str:
    """As whoever looks at the photo sees it; "" where nobody read it."""
    yaw, pitch = number(values, YAW), number(values, PITCH)
    if yaw is None:
        return ""
    way = "" if abs(yaw) < TURNED else "to the right" if yaw > 0 else "to the left"
    nod = "" if pitch is None or abs(pitch) < TURNED else "up" if pitch > 0 else "down"
    return f"facing {' and '.join(filter(None, (way, nod)))}" if way or nod else "facing the camera"


def looks(values: Values) -> Iterator[str]:
    """What else was read, in an order that stays."""
    for name, told in LOOKS.items():
        if (value := values.get(name)) is not None:
            yield told(str(value))


LOOKS: Mapping[str, Callable[[str], str]] = {
    EXPRESSION: lambda word: "" if word == "neutral" else f"looking {word}",
    "smiling": lambda word: "smiling" if word == "yes" else "",
    "mouth": lambda word: "mouth open" if word == "open" else "",
    "hair colour": lambda word: f"{word} hair",
    "facial hair": lambda word: "" if word in ("none", "unsure") else f"with {word}",
    "eyewear": lambda word: "" if word in ("none", "unsure") else f"wearing {word}",
    "face mask": lambda word: "wearing a face mask" if word == "yes" else "",
    "clothing colour": lambda word: f"{word} clothes",
}


def number(values: Values, name: str) -> float | None:
    value = values.get(name)
    return value if isinstance(value, float) else None


def pairs(kept: Sequence[Shown]) -> Iterator[Pair]:
    """Two photos of one person whose pose or expression differ (CrossFaceID's task)."""
    for one, other in combinations(kept, 2):
        if one.person != other.person or one.key == other.key:
            continue
        yaws = number(one.values, YAW), number(other.values, YAW)
        apart = 0.0 if None in yaws else abs(yaws[0] - yaws[1])  # type: ignore[operator]
        looks = {one.values.get(EXPRESSION), other.values.get(EXPRESSION)} - {None}
        why = [*(["pose"] if apart >= APART else []), *(["expression"] if len(looks) > 1 else [])]
        if why:
            yield Pair(one, other, round(apart, 1), " and ".join(why))


def portrait(picture: Picture, box: Box) -> Picture:
    """The square around a face with room for the head; smaller where the photo ends."""
    x, y = box.centre
    half = max(box.width, box.height) * (0.5 + HEAD_ROOM)
    wide, high = picture.size
    half = min(half, x, y, wide - x, high - y)
    left, top, side = round(x - half), round(y - half), round(2 * half)
    return Picture(picture.pixels[top : top + side, left : left + side])


def written(
    folder: Path, sorted_: Sorted, limits: Limits, picture_of: Callable[[Shown], Picture]
) -> dict[str, object]:
    """Write the set into an empty folder; what its manifest says.

    Raises:
        FileExistsError: the folder holds something.
    """
    from PIL import Image

    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty: choose another folder.")
    (folder / IMAGES).mkdir(parents=True)
    names, lines = {}, []
    for index, one in enumerate(sorted_.kept):
        name = f"{IMAGES}/{one.person}/{index:05d}.png"
        (folder / name).parent.mkdir(exist_ok=True)
        Image.fromarray(portrait(picture_of(one), one.box).pixels).save(folder / name)
        names[id(one)] = name
        digest = sha256((folder / name).read_bytes()).hexdigest()
        line = {"file_name": name, "text": caption(one), "person": one.person, "sha256": digest}
        lines.append(json.dumps(line, ensure_ascii=False))
    (folder / TABLE).write_text("".join(f"{line}\n" for line in lines))
    found = list(pairs(sorted_.kept))
    with (folder / PAIRS).open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("one", "other", "person", "yaw_apart", "why"))
        for pair in found:
            ends = names[id(pair.one)], names[id(pair.other)]
            table.writerow((*ends, pair.one.person, pair.yaw_apart, pair.why))
    about: dict[str, object] = {
        "images": len(lines),
        "people": len({one.person for one in sorted_.kept}),
        "pairs": dict(Counter(pair.why for pair in found)),
        "left out": dict(sorted_.left),
        "limits": asdict(limits),
    }
    (folder / MANIFEST).write_text(json.dumps(about, indent=1))
    return about
