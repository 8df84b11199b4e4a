"""The job "clean-file": a photo's picture without anything else that its file tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ml.pipelines import Context, Pipeline, register
from ml.protection.metadata import Find, FindKind, Keep, clean, finds
from ml.protection.saving import artifact
from ml.types import Reading, Report

KIND = "clean-file"
GONE, STAYS, KEPT = "taken out", "still there", "kept, as asked"
KEPT_KINDS = {
    Keep.DATE: {FindKind.DATE, FindKind.EXIF},
    Keep.CAMERA: {FindKind.CAMERA, FindKind.EXIF},
}
SIGNED = {
    "title": "Say in the file that it was edited here",
    "rare": True,
    "help": "Signs it (C2PA). The file is then not free of metadata: it tells when it was made, "
    "and by which installation.",
}


@dataclass(frozen=True, slots=True)
class CleanOptions:
    """What may stay in the file."""

    keep: tuple[Keep, ...] = field(
        default=(),
        metadata={
            "title": "Keep",
            "help": "Written anew, and nothing else of what the camera wrote.",
        },
    )
    signed: bool = field(default=False, metadata=SIGNED)


@dataclass(frozen=True, slots=True)
class CleanInputs:
    """photo: the file as uploaded."""

    photo: Path


def clean_file(options: CleanOptions, inputs: CleanInputs, context: Context) -> Report:
    """One made file, and a reading for each thing that was in the old one: what became of it, by
    reading the new one again. What the things said is told nowhere.

    Raises:
        BadPicture: as for ml.decode.picture.
    """
    context.progress(0, 3, "Looking into the file")
    before = finds(inputs.photo)
    if context.scratch is None:
        return Report((0, 0), readings=tuple(Reading(KIND, f.words, "there") for f in before))
    context.progress(1, 3, "Taking the picture out")
    made = clean(inputs.photo, context.scratch, options.keep)
    context.progress(2, 3, "Looking into the new file")
    readings = tuple(told(before, finds(made.path), options.keep))
    context.progress(3, 3)
    facts: dict[str, str | float] = {"picture": "the same bytes" if made.lossless else "saved anew"}
    if options.keep:
        facts["kept"] = ", ".join(options.keep)
    file = artifact(KIND, made.path, made.media_type, facts)
    return Report(made.size, readings=readings, artifacts=(file,), notes=made.notes)


def told(before: Sequence[Find], after: Sequence[Find], keep: Sequence[Keep] = ()) -> list[Reading]:
    """What became of each thing, once a kind."""
    there = {find.kind for find in after}
    wanted = {kind for one in keep for kind in KEPT_KINDS[one]}
    kinds = dict.fromkeys(find.kind for find in before)
    words = {find.kind: find.words for find in before}
    return [
        Reading(KIND, words[kind], GONE if kind not in there else KEPT if kind in wanted else STAYS)
        for kind in kinds
    ]


CLEAN_FILE = register(
    Pipeline(
        KIND,
        "Take everything out of the file",
        CleanOptions,
        CleanInputs,
        clean_file,
        help="Leaves the picture and nothing else: no place, time, camera, names, small pictures, "
        "films or notes; and a name that tells nothing. What is seen on the photo stays as it is.",
        shareable=True,
        protects=True,
    )
)
