"""Which camera and which programs the file names, and whether that goes together.

Sources: Exif 2.32 (Make, Model, Software, MakerNote); XMP Specification Part 2 (xmpMM:History);
how makers begin their notes: ExifTool's documentation of maker notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import NoneType

from ml.authenticity import traces
from ml.authenticity.traces import NO_FILE, UNSIGNED, Traces, clean
from ml.contracts import Output, View
from ml.registry import Commercial, Group, Model, ModelCard, Task, register
from ml.types import Claim, Finding

NAME = "metadata-software"
SOFTWARE: Task[None] = Task(
    "software-history", "Camera and programs", NoneType, group=Group.EVIDENCE
)
NO_NOTES = "Says nothing: most services drop these notes, and screenshots never had them."
EDITORS = re.compile(
    r"\b(Photoshop|Lightroom|GIMP|Snapseed|PicsArt|Facetune|FaceApp|Meitu|BeautyPlus|Remini|Canva"
    r"|Affinity Photo|Pixelmator|Capture One|darktable|RawTherapee|Paint\.NET|PaintShop|Photopea"
    r"|Krita|Luminar|Topaz|ImageMagick|ACDSee|Picasa|Polarr|VSCO|Fotor|Pixlr)\b",
    re.IGNORECASE,
)
# Makers that begin their notes with a word of their own: maker, as in Make -> the word.
NOTES = {
    "nikon": b"Nikon",
    "apple": b"Apple iOS",
    "fujifilm": b"FUJIFILM",
    "olympus": b"OLYMP",
    "panasonic": b"Panasonic",
    "sony": b"SONY",
    "leica": b"LEICA",
    "sigma": b"SIGMA",
    "ricoh": b"Ricoh",
}
MOST = 4  # programs named in one line


@register(
    ModelCard(
        name=NAME,
        title="Camera and programs named",
        task=SOFTWARE,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        paper="CIPA DC-008 (Exif 2.32); Adobe, XMP Specification Part 2",
        known_limits=(
            "Repeats what programs wrote. Photos are mostly saved by some program without a thing "
            "in them being changed, and whoever changes one can write what they like."
        ),
    )
)
class MetadataSoftware(Model):
    """Reads EXIF, maker notes and XMP's history."""

    def run(self, view: View) -> Output:
        found = NO_FILE if view.case is None else traces.read(view.case.file)
        if isinstance(found, str):
            return Output(findings=(Finding(NAME, "programs", None, Claim.EDITED, note=found),))
        return Output(findings=tuple(findings(found)))


def findings(found: Traces) -> Iterator[Finding]:
    yield Finding(
        NAME, "camera", camera(found), Claim.GENERATED, None,
        UNSIGNED if found.tag(traces.MAKE) else NO_NOTES, group="camera named",
    )  # fmt: skip
    named = list(dict.fromkeys(programs(found)))
    editors = [name for name in named if EDITORS.search(name)]
    if editors:
        value = f"saved by {'; '.join(editors[:MOST])}"
    else:
        value = f"no known editor among {'; '.join(named[:MOST])}" if named else "none named"
    yield Finding(NAME, "programs", value, Claim.EDITED, None, UNSIGNED if named else NO_NOTES)
    steps = list(history(found))
    if steps:
        value = f"{len(steps)} steps, the last: {steps[-1]}"
        yield Finding(NAME, "history of saving", value, Claim.EDITED, None, UNSIGNED)


def camera(found: Traces) -> str:
    """The camera named, and whether its notes are its maker's."""
    make, model = found.tag(traces.MAKE), found.tag(traces.MODEL)
    if not make:
        return "none named"
    named = model if model.casefold().startswith(make.casefold()) else f"{make} {model}".strip()
    notes = found.camera.get(traces.MAKER_NOTES)
    if not isinstance(notes, bytes) or not notes:
        return f"{named}, without its maker's notes"
    maker = maker_of(notes)
    known = next((name for name in NOTES if make.casefold().startswith(name)), None)
    if maker and maker != known:
        return f"{named}, but the notes are in {maker.capitalize()}'s form"
    return f"{named}, with its maker's notes" if maker else f"{named}, with notes"


def maker_of(notes: bytes) -> str | None:
    """Whose form maker notes have; None where it is none that is known by its first word."""
    return next((name for name, word in NOTES.items() if notes.startswith(word)), None)


def programs(found: Traces) -> Iterator[str]:
    """Every program that names itself, oldest places first."""
    places = [found.tag(traces.SOFTWARE), clean(found.texts.get("Software", ""))]
    places += [*found.said("CreatorTool"), *found.said("softwareAgent")]
    yield from filter(None, places)


def history(found: Traces) -> Iterator[str]:
    """The steps of XMP's history, e.g. "saved with Adobe Photoshop 25.0, 2026-11-28"."""
    steps: dict[str, dict[str, str]] = {}
    for path, value in found.xmp:
        match = re.fullmatch(r"(?:.*/)?History/(\d+)/(action|softwareAgent|when)", path)
        if match:
            steps.setdefault(match[1], {})[match[2]] = clean(value)
    for step in steps.values():
        said = step.get("action", "something")
        said += f" with {step['softwareAgent']}" if "softwareAgent" in step else ""
        yield said + (f", {step['when'][:10]}" if "when" in step else "")
