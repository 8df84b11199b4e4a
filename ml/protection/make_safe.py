"""The job "make-safe": what a photo tells strangers taken out of it in one go, and looked for again
in what was made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import decode, exposure, likeness, registry
from ml.contracts import EMBEDDING, IRIS
from ml.errors import MLError
from ml.exposure import Act, Line, Topic
from ml.pipelines import Context, Pipeline, Urgency, register
from ml.protection import choosing, saving
from ml.protection.anonymise import METHOD, SEED, cover, methods
from ml.protection.choosing import Candidate
from ml.protection.clean_file import SIGNED
from ml.protection.metadata import FORMATS, clean
from ml.protection.text_dbnet import TEXT, hidden
from ml.sequence import Outputs, look
from ml.types import Box, Face, Picture, Reading, Report

KIND = "make-safe"
GONE, STAYS = "gone", "stays"
NO_TEXT = "Nothing here finds text. Run: python manage.py models fetch dbnet-text"
FOUND_AGAIN = "it was asked for, and is found again"
LONGEST, LEAST = 1280, 240  # pixels of a smaller copy's long side; and the fewest
IRIS_WIDE = 6.5  # pixels: below it no iris is measured
HIDDEN = 0.5  # of a face's middle: from here on it is covered


def acts() -> tuple[str, ...]:
    """What can be chosen besides what is always done."""
    return tuple(ACTS)


@dataclass(frozen=True, slots=True)
class SafeOptions:
    """What is done beside emptying the file and giving it a name that tells nothing."""

    acts: tuple[str, ...] = field(
        default=(Act.COVER_FACES.value,),
        metadata={
            "title": "Also",
            "help": "The new file always holds the picture alone, under a name that tells nothing.",
            "choices": acts,
        },
    )
    method: str = field(
        default="blur", metadata={**METHOD, "title": "Cover faces by", "choices": methods}
    )
    faces: tuple[str, ...] = field(
        default=(),
        metadata={
            "title": "Faces to leave as they are",
            "help": "Of this photo.",
            "format": "faces",
        },
    )
    seed: int | None = field(default=None, metadata=SEED)
    signed: bool = field(default=False, metadata=SIGNED)

    def __post_init__(self) -> None:
        """
        Raises:
            ValueError: faces are to be left, and none is covered.
        """
        if self.faces and Act.COVER_FACES not in self.acts:
            raise ValueError("Faces to leave were chosen, but no face is to be covered.")

    @property
    def tasks(self) -> tuple[str, ...]:
        """What its models read; (): all that runs unasked."""
        if Act.HIDE_TEXT not in self.acts:
            return ()
        unasked = (name for name, task in registry.tasks().items() if task.unasked)
        return (*unasked, TEXT.name)


@dataclass(frozen=True, slots=True)
class SafeInputs:
    """photo: the file as uploaded; name: what it is called. models: names, resolved when the job
    was submitted. faces: boxes of those to leave; known_faces: of all that are known."""

    photo: Path
    name: str
    models: tuple[str, ...]
    faces: tuple[Box, ...] = ()
    known_faces: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A photo on its way. alpha: h x w of the picture, how far each pixel was replaced. faces: all
    that are known; outputs: what models said of the photo as it came. notes: for people."""

    picture: Picture
    alpha: NDArray[np.float32]
    faces: tuple[Candidate, ...]
    outputs: Outputs
    notes: tuple[str, ...] = ()


Doing = Callable[[Scene, SafeOptions, SafeInputs, Context], Scene]


def cover_faces(scene: Scene, options: SafeOptions, inputs: SafeInputs, context: Context) -> Scene:
    """All faces but those to leave; nothing where there are none."""
    who = choosing.Who.OTHERS if inputs.faces else choosing.Who.ALL
    if not scene.faces:
        return scene
    places = choosing.covered(scene.faces, who, inputs.faces, frozenset())
    made = cover(scene.picture, scene.faces, places, options.method, options.seed, context)
    return replace(scene, picture=Picture(made.pixels), alpha=np.maximum(scene.alpha, made.alpha))


def hide_text(scene: Scene, options: SafeOptions, inputs: SafeInputs, context: Context) -> Scene:
    """What is found of number plates, signs and papers.

    Raises:
        MLError: nothing here finds text.
    """
    if TEXT not in scene.outputs:
        raise MLError(NO_TEXT)
    texts = scene.outputs[TEXT].data
    if not texts.corners:
        return scene
    pixels = scene.picture.pixels.copy()
    alpha = hidden(pixels, texts)
    return replace(scene, picture=Picture(pixels), alpha=np.maximum(scene.alpha, alpha))


def smaller(scene: Scene, options: SafeOptions, inputs: SafeInputs, context: Context) -> Scene:
    """At most LONGEST pixels a side, and so small that no iris in sight can be measured by, as
    long as LEAST are left."""
    import cv2

    long = max(scene.picture.size)
    wide = max(irises(scene), default=0.0)
    scale = min(1.0, LONGEST / long, max(IRIS_WIDE / wide, LEAST / long) if wide else 1.0)
    if scale == 1:
        return scene
    size = tuple(max(1, round(side * scale)) for side in scene.picture.size)
    pixels = cv2.resize(scene.picture.pixels, size, interpolation=cv2.INTER_AREA)
    alpha = cv2.resize(scene.alpha, size, interpolation=cv2.INTER_AREA)
    note = f"It is {size[0]} x {size[1]} pixels now."
    return replace(
        scene,
        picture=Picture(np.asarray(pixels, np.uint8)),
        alpha=np.asarray(alpha, np.float32),
        notes=(*scene.notes, note),
    )


def irises(scene: Scene) -> list[float]:
    """Pixels across each iris that is not covered."""
    if IRIS not in scene.outputs:
        return []
    eyes = (eye for pair in scene.outputs[IRIS].data.eyes for eye in pair or () if eye is not None)
    return [eye.diameter for eye in eyes if not at(scene.alpha, *eye.points[0]) > HIDDEN]


# What is done for an act; a kind of protection that is added later adds its own here.
ACTS: dict[Act, Doing] = {
    Act.COVER_FACES: cover_faces,
    Act.HIDE_TEXT: hide_text,
    Act.SMALLER_COPY: smaller,
}


def make_safe(options: SafeOptions, inputs: SafeInputs, context: Context) -> Report:
    """One made file, and of each topic that the photo told of whether the new one tells it too:
    models and readers look at the new file as they did at the old one.

    Raises:
        MLError: all faces would be left, or nothing here finds text that is to be hidden.
    """
    context.progress(0, 4, "Looking at what the photo tells")
    picture = decode.picture(inputs.photo)
    report, outputs = look(picture, inputs.models, Context(context.pool))
    before = lines_of(inputs.photo, inputs.name, picture, report)
    if context.scratch is None:
        return Report(picture.size, readings=tuple(untried(before)))
    context.progress(1, 4, "Making it safe")
    found = choosing.candidates(report.faces, outputs, (*inputs.known_faces, *inputs.faces))
    nothing = np.zeros(picture.pixels.shape[:2], np.float32)
    scene = Scene(picture, nothing, tuple(found), outputs)
    for act, doing in ACTS.items():
        if act in options.acts:
            scene = doing(scene, options, inputs, context)
    path, media_type = written(scene, picture, inputs.photo, context.scratch)
    context.progress(2, 4, "Looking at what the new file tells")
    again = decode.picture(path)
    after, seen = look(again, inputs.models, Context(context.pool))
    bare = uncovered(scene, after.faces, seen, picture.size)
    left = lines_of(path, path.name, again, only(after, bare))
    context.progress(4, 4)
    facts: dict[str, str | float] = {"done": ", ".join(done(options.acts))}
    file = saving.artifact(KIND, path, media_type, facts)
    readings = tuple(told(before, left, options.acts))
    return Report(again.size, readings=readings, artifacts=(file,), notes=scene.notes)


def lines_of(file: Path, name: str, picture: Picture, report: Report) -> tuple[Line, ...]:
    people = [one.name for one in decode.tags(file).regions.items if one.name]
    return exposure.lines(decode.plain(picture.exif), name, report, people)


def written(scene: Scene, was: Picture, photo: Path, folder: Path) -> tuple[Path, str]:
    """The file, and its media type; where no pixel changed, with the old picture's very bytes."""
    if scene.picture is was:
        cleaned = clean(photo, folder)
        return cleaned.path, cleaned.media_type
    how = saving.like(photo)
    return saving.write(scene.picture.pixels, how, folder), FORMATS[how.format][0]


def uncovered(
    scene: Scene, faces: Sequence[Face], outputs: Outputs, size: tuple[int, int]
) -> list[int]:
    """Places of the faces of the new file that somebody can be known by: a detector finds heads
    under their covers, too, but there nobody is, unless a recogniser says so."""
    vectors = (
        {one.face: one for one in outputs[EMBEDDING].embeddings} if EMBEDDING in outputs else {}
    )
    scale = scene.picture.size[0] / size[0]
    bare = []
    for place, face in enumerate(faces):
        now = vectors.get(place)
        if at(scene.alpha, *face.box.centre) <= HIDDEN or (
            now is not None
            and any(
                one.vector is not None
                and scaled(one.face.box, scale).iou(face.box) > 0
                and one.vector.distance(now) <= (likeness.strangers(now.space) or 0.0)
                for one in scene.faces
            )
        ):
            bare.append(place)
    return bare


def scaled(box: Box, scale: float) -> Box:
    return Box(*(side * scale for side in box.to_json()))


def at(alpha: NDArray[np.float32], x: float, y: float) -> float:
    height, width = alpha.shape
    return float(alpha[min(max(int(y), 0), height - 1), min(max(int(x), 0), width - 1)])


def only(report: Report, places: Sequence[int]) -> Report:
    """What the report says of these faces and of the photo."""
    number: Mapping[int, int] = {place: index for index, place in enumerate(places)}
    return replace(
        report,
        faces=tuple(report.faces[place] for place in places),
        readings=tuple(
            one if one.face is None else replace(one, face=number[one.face])
            for one in report.readings
            if one.face is None or one.face in number
        ),
    )


def done(chosen: Sequence[str]) -> list[str]:
    always = [Act.STRIP_FILE, Act.NEUTRAL_NAME]
    return [one.replace("-", " ") for one in (*always, *(act for act in ACTS if act in chosen))]


def told(before: Sequence[Line], after: Sequence[Line], chosen: Sequence[str]) -> list[Reading]:
    """Of each topic what became of it, and where it stays, why. Topics tell nothing of the photo:
    what it said of them is written down nowhere."""
    left: dict[Topic, Line] = {line.topic: line for line in after}
    tried = {Act.STRIP_FILE, Act.NEUTRAL_NAME, *chosen}
    said = []
    for topic in dict.fromkeys(line.topic for line in (*before, *after)):
        line = left.get(topic)
        if line is None:
            said.append(Reading(KIND, topic, GONE))
        else:
            note = FOUND_AGAIN if line.does in tried else line.act
            said.append(Reading(KIND, topic, STAYS, note=note))
    return said


def untried(before: Sequence[Line]) -> list[Reading]:
    return [Reading(KIND, line.topic, STAYS, note=line.act) for line in before]


MAKE_SAFE = register(
    Pipeline(
        KIND,
        "Make it safe",
        SafeOptions,
        SafeInputs,
        make_safe,
        Urgency.LATER,
        help="Empties the file, gives it a name that tells nothing, covers faces; then looks again "
        "at what a stranger could still learn, and says what stays and why.",
        shareable=True,
        protects=True,
        rank=2,
    )
)
