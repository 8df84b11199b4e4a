"""The job "make-safe": what a photo tells strangers taken out of it in one go, and looked for again
in what was made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import decode, exposure, likeness
from ml.contracts import EMBEDDING
from ml.exposure import Act, Line, Topic
from ml.pipelines import Context, Pipeline, Urgency, Whose, register
from ml.protection import choosing, safe_disguise, saving
from ml.protection.metadata import FORMATS, Find, clean, finds
from ml.protection.safe_acts import ACTS, HIDDEN, SafeInputs, SafeOptions, Scene
from ml.protection.safe_disguise import Disguised
from ml.sequence import Outputs, look
from ml.types import JSON, Box, Face, Picture, Reading, Report

KIND = "make-safe"
GONE, STAYS = "gone", "stays"
FOUND_AGAIN = "it was asked for, and is found again"
STAGES = (
    "Looking at what the photo tells",
    "Making it safe",
    "Looking at what the new file tells",
)
PROVING = "Proving what recognisers make of it"  # where faces were disguised
COVERED = 0.6  # of a face's box: a part of it in sight is no face that anybody knows
FINE = 100  # steps of a stage


def make_safe(options: SafeOptions, inputs: SafeInputs, context: Context) -> Report:
    """One made file, and of each topic that the photo told of whether the new one tells it too:
    models and readers look at the new file as they did at the old one.

    Raises:
        MLError: all faces would be left, or nothing here finds text that is to be hidden.
    """
    stages = (*STAGES, *(PROVING,) * options.disguises)
    picture = decode.picture(inputs.photo)
    report, outputs = look(picture, inputs.models, at_stage(context, 0, stages))
    before = lines_of(inputs.photo, inputs.name, picture, report)
    if context.scratch is None:
        return Report(picture.size, readings=tuple(untried(before)))
    found = choosing.candidates(report.faces, outputs, (*inputs.known_faces, *inputs.faces))
    nothing = np.zeros(picture.pixels.shape[:2], np.float32)
    scene = Scene(picture, picture, nothing, tuple(found), outputs)
    for act, doing in ACTS.items():
        if act in options.acts:
            scene = doing(scene, options, inputs, at_stage(context, 1, stages))
    at_stage(context, 1, stages).progress(1, 1)
    path, media_type = written(scene, inputs.photo, context.scratch)
    again = decode.picture(path)
    after, seen = look(again, inputs.models, at_stage(context, 2, stages))
    bare = uncovered(scene, after.faces, seen, picture.size)
    readings = told(before, lines_of(path, path.name, again, only(after, bare)), options.acts)
    files = [saving.artifact(KIND, path, media_type, facts_of(options))]
    if (about := scene.disguised) is not None:
        # Who is known by a disguised face, recognisers tell and not its size.
        others = only(after, safe_disguise.others(about, after.faces, bare))
        sheets = safe_disguise.sheets(about, again, inputs.photo, at_stage(context, 3, stages))
        readings = recognised(readings, about, sheets, lines_of(path, path.name, again, others))
        files += safe_disguise.beside(KIND, about, sheets, again, files[0], context.scratch)
    at_stage(context, len(stages), stages).progress(0, 1)
    readings += in_file(finds(path))
    return Report(again.size, readings=tuple(readings), artifacts=tuple(files), notes=scene.notes)


def recognised(
    readings: Sequence[Reading], about: Disguised, sheets: Sequence[JSON], others: Sequence[Line]
) -> list[Reading]:
    """The readings, with what recognisers say of whether people are known. others: what the new
    file tells of faces that were not disguised."""
    gone, why = safe_disguise.verdict(about, sheets)
    if gone and Topic.IDENTITY in {line.topic for line in others}:
        gone, why = False, "Faces that were not disguised are left."
    said = Reading(KIND, Topic.IDENTITY, GONE if gone else STAYS, note=why)
    return [said if one.name == Topic.IDENTITY else one for one in readings]


def facts_of(options: SafeOptions) -> dict[str, str | float]:
    """What tells the file from others of the same photo."""
    by: dict[str, str | float] = {"disguise": options.disguise} if options.disguises else {}
    return {"done": ", ".join(done(options.acts)), **by}


def at_stage(context: Context, stage: int, stages: Sequence[str] = STAGES) -> Context:
    """The same, but that what is done in it counts as part of that stage; any step may cancel."""
    words = stages[stage] if stage < len(stages) else ""

    def told(done: int, total: int, message: str = "") -> None:
        fine = stage * FINE + FINE * done // max(total, 1)
        context.progress(min(fine, len(stages) * FINE), len(stages) * FINE, words)

    return Context(context.pool, told, scratch=context.scratch)


def in_file(left: Sequence[Find]) -> list[Reading]:
    """What the new file still holds beside its picture, once a kind: nothing, if all went well."""
    words = dict.fromkeys(find.words for find in left)
    return [Reading(KIND, text, STAYS, note=FOUND_AGAIN) for text in words]


def lines_of(file: Path, name: str, picture: Picture, report: Report) -> tuple[Line, ...]:
    people = [one.name for one in decode.tags(file).regions.items if one.name]
    return exposure.lines(decode.plain(picture.exif), name, report, people)


def written(scene: Scene, photo: Path, folder: Path) -> tuple[Path, str]:
    """The file, and its media type; where no pixel changed, with the old picture's very bytes."""
    if scene.picture is scene.was:
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
        if not_covered(scene.alpha, face.box) or (
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


def not_covered(alpha: NDArray[np.float32], box: Box) -> bool:
    """Whether a good part of the box is in sight."""
    left, top, right, bottom = (round(side) for side in box.to_json())
    part = alpha[max(top, 0) : bottom, max(left, 0) : right]
    return part.size == 0 or float((part > HIDDEN).mean()) < COVERED


def scaled(box: Box, scale: float) -> Box:
    return Box(*(side * scale for side in box.to_json()))


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
    # Hair and clothes are still there when the face that they were read with is covered.
    beyond = (line for line in before if line.does is Act.CROP_PEOPLE)
    left: dict[Topic, Line] = {line.topic: line for line in (*beyond, *after)}
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
        help="Empties the file, names it neutrally, covers or disguises faces; then "
        "looks again at what a stranger could still learn, and says what stays and why.",
        shareable=True,
        protects=True,
        disguises=lambda options: Whose.OTHERS if options.disguises else Whose.NOBODY,
        hides_faces=lambda options: Act.COVER_FACES in options.acts and not options.faces,
        rank=2,
    )
)
