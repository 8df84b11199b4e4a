"""The job "search": finds a face or a text in a large photo, and shows the path it took."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from ml import decode
from ml.asking import comparers
from ml.contracts import DETECTION, TEXT, WRITING
from ml.pipelines import Context, Pipeline, register
from ml.prompting.search import Search, search
from ml.prompting.search_planner import EnginePlanner
from ml.prompting.search_sheet import sheet
from ml.prompting.search_sight import Kind, Sight, Step
from ml.prompting.search_targets import Faces, Target, Words
from ml.types import Artifact, Box, Mark, MarkKind, Picture, Ran, Reading, Report

KIND = "search"
FACE, WRITTEN = "a face", "a text"
LONGEST = 200  # letters of the words that are looked for
LAYERS = {Kind.GLIMPSE: "Glimpses", Kind.ZOOM: "Zooms", Kind.WINDOW: "Windows"}
TONES = {Kind.GLIMPSE: "cool", Kind.ZOOM: "warm", Kind.WINDOW: "z"}
NOTHING = (
    "{name} was not found: {seen:.1f} % of the pixels were looked at. It may be there all the same."
)


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """What to find, and how much of the photo may be looked at for it."""

    what: str = field(
        default=FACE,
        metadata={"title": "Find", "choices": (FACE, WRITTEN)},
    )
    words: str = field(
        default="",
        metadata={
            "title": "Words of the text",
            "help": "Only for a text; nothing: any text. Latin letters, Chinese and Japanese.",
        },
    )
    budget: int = field(
        default=15,
        metadata={
            "title": "Pixels looked at",
            "help": "In % of the photo, at most. More takes longer and misses less.",
            "min": 3,
            "max": 100,
        },
    )
    stop: bool = field(
        default=True,
        metadata={"title": "Stop at the first", "help": "Else it looks for more of them."},
    )
    engine: str = field(
        default="",
        metadata={
            "title": "Where to look first is proposed by",
            "rare": True,
            "help": "A language model that sees and is installed. Without one, measurements say.",
            "choices": comparers,
        },
    )

    def __post_init__(self) -> None:
        """
        Raises:
            ValueError: what was chosen does not fit together, with a sentence.
        """
        if self.words and self.what != WRITTEN:
            raise ValueError("Words were given, but a face is to be found: choose a text.")
        if len(self.words) > LONGEST:
            raise ValueError(f"The words are too long: {LONGEST} letters at most.")


@dataclass(frozen=True, slots=True)
class SearchInputs:
    """photo: the file as uploaded. models: names, resolved when the job was submitted."""

    photo: Path
    models: tuple[str, ...]


def find(options: SearchOptions, inputs: SearchInputs, context: Context) -> Report:
    """Look for it, and tell where it is and how it was found.

    Raises:
        MLError: no model that finds such a thing is installed.
    """
    wanted: Target = (
        Faces(context.pool, inputs.models)
        if options.what == FACE
        else Words(context.pool, inputs.models, options.words)
    )
    context.progress(0, 1, "Reading the photo")
    picture = decode.picture(inputs.photo)
    sight = Sight(picture, options.budget / 100)
    planner = EnginePlanner(options.engine, context) if options.engine else None
    went = search(sight, wanted, planner=planner, stop=options.stop, progress=context.progress)
    context.progress(1, 1)
    return Report(
        picture.size,
        readings=tuple(readings(wanted, went)),
        marks=tuple(marks(went)),
        artifacts=files(picture, wanted, went, context.scratch),
        notes=picture.notes,
        runs=(Ran(KIND, KIND, "", 1),),
    )


def readings(wanted: Target, went: Search) -> Iterator[Reading]:
    """Whether it was found, where, and what that took."""
    seen = 100 * went.seen
    glimpses = sum(step.kind is Kind.GLIMPSE for step in went.path)
    if not went.hits:
        yield Reading(KIND, "found", None, note=NOTHING.format(name=wanted.name, seen=seen))
    for hit in went.hits:
        x, y = (round(side) for side in hit.box.centre)
        where = f"{round(hit.box.width)} x {round(hit.box.height)} pixels at {x}, {y}"
        says = f"; it says “{hit.says[:LONGEST]}”" if hit.says else ""
        yield Reading(KIND, "found", where, round(hit.score, 3), note=f"{wanted.name}{says}")
    yield Reading(KIND, "glimpses", float(glimpses))
    yield Reading(KIND, "pixels looked at", round(seen, 2), unit="%")


def marks(went: Search) -> Iterator[Mark]:
    """The finds, the way from look to look, and each look in its order."""
    for hit in went.hits:
        yield Mark(KIND, "Found", MarkKind.BOX, (corners(hit.box),), label=hit.says, on=True)
    looks = went.path[1:]  # the overview is all of the photo
    if len(looks) > 1:
        way = tuple(step.box.centre for step in looks)
        yield Mark(KIND, "Path", MarkKind.LINE, (way,), tone="x", on=True)
    for number, step in enumerate(looks, start=1):
        yield Mark(
            KIND,
            LAYERS[step.kind],
            MarkKind.BOX,
            (corners(step.box),),
            label=f"{number}: {step.why}",
            tone=TONES[step.kind],
        )


def corners(box: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    return (box.left, box.top), (box.right, box.bottom)


def files(
    picture: Picture, wanted: Target, went: Search, scratch: Path | None
) -> tuple[Artifact, ...]:
    """A sheet that shows the path, and the path with its reasons."""
    if scratch is None:
        return ()
    from PIL import Image

    shown = scratch / "search-path.png"
    Image.fromarray(sheet(picture, went)).save(shown)
    told = scratch / "search-path.json"
    steps = [one(number, step) for number, step in enumerate(went.path)]
    found = [{"box": hit.box.to_json(), "score": hit.score, "says": hit.says} for hit in went.hits]
    path = {"find": wanted.name, "found": found, "seen": round(went.seen, 5), "path": steps}
    told.write_text(json.dumps(path, indent=1, ensure_ascii=False))
    return (
        artifact("search-path", "image/png", shown),
        artifact("search-steps", "application/json", told),
    )


def one(number: int, step: Step) -> dict[str, object]:
    return {
        "number": number,
        "kind": step.kind.value,
        "box": step.box.to_json(),
        "why": step.why,
        "pixels": step.pixels,
    }


def artifact(kind: str, media_type: str, path: Path) -> Artifact:
    content = path.read_bytes()
    return Artifact(KIND, kind, media_type, path, sha256(content).hexdigest(), len(content))


SEARCH = register(
    Pipeline(
        KIND,
        "Find in the photo",
        SearchOptions,
        SearchInputs,
        find,
        tasks=(DETECTION, TEXT, WRITING),
        help="Looks for a small face or a text in a large photo, at a part of its pixels only, "
        "and shows the path: where it looked, in which order, and why.",
    )
)
