"""Looks at a photo again in other guises, and asks again in other words: does the answer hold?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from ml.asking import Ask
from ml.contracts import Said
from ml.geolocation.clues import Clue
from ml.geolocation.consistency import Agreement, agreement, equivalents
from ml.geolocation.ledger import Ledger
from ml.geolocation.location_ledger import LOCATION, MEDIA_TYPE
from ml.geolocation.sights import rephrased
from ml.pipelines import Context
from ml.sequence import Outputs, look
from ml.types import Artifact, Picture, Reading, Report

KIND, FILE = "location-agreement", "location-agreement.json"
AGAIN, OTHER_WORDS = "asked again", "in other words"


def told(
    report: Report, outputs: Outputs, picture: Picture, models: Sequence[str], context: Context,
    said: Said,
) -> Report:  # fmt: skip
    """The report with a reading for each second look, and all of them as a file.

    outputs: of the first look.
    """
    name, first = ledger_of(outputs)
    others = dict(seen_again(picture, models, context, said))
    found = agreement(first.clues, others)
    readings = tuple(
        Reading(name, f"agreement, {one.change}", one.overlap, note=f"{one.km:.0f} km apart")
        for one in found
    )
    files = () if context.scratch is None else (written(name, found, context.scratch),)
    return replace(report, readings=report.readings + readings, artifacts=report.artifacts + files)


def seen_again(
    picture: Picture, models: Sequence[str], context: Context, said: Said
) -> Iterator[tuple[str, Sequence[Clue]]]:
    """What was changed, and the clues then."""
    quiet = Context(context.pool, context.progress)
    for change, other, ask in guises(picture, said.ask):
        _, outputs = look(other, models, quiet, said=replace(said, ask=ask))
        yield change, ledger_of(outputs)[1].clues


def guises(picture: Picture, ask: Ask | None) -> Iterator[tuple[str, Picture, Ask | None]]:
    """The photo, changed so that the place stays; and where somebody is asked, the photo as it is
    once more, and in other words. What the file says is the same in each."""
    if ask is not None:
        yield AGAIN, picture, ask
        yield OTHER_WORDS, picture, rephrased(ask)
    for change, pixels in equivalents(picture.pixels).items():
        yield change, Picture(pixels, picture.exif), ask


def ledger_of(outputs: Outputs) -> tuple[str, Ledger]:
    """The name of the model that gave it, and the ledger."""
    output = outputs[LOCATION]
    found: Ledger = output.data
    return output.readings[0].model, found


def written(name: str, found: Sequence[Agreement], folder: Path) -> Artifact:
    path = folder / FILE
    data = json.dumps([one.to_json() for one in found]).encode()
    path.write_bytes(data)
    return Artifact(name, KIND, MEDIA_TYPE, path, sha256(data).hexdigest(), len(data))
