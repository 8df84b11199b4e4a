"""Where a photo was taken: all clues, weighed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from ml.contracts import WRITING, Output, View, Writings
from ml.geolocation import land_cover
from ml.geolocation.cells import Floats
from ml.geolocation.clues import Clue
from ml.geolocation.evidence import Seen, gathered
from ml.geolocation.ledger import Ledger, ledger
from ml.geolocation.look import LOOK
from ml.geolocation.sights import looked
from ml.registry import Commercial, Device, Group, Model, ModelCard, Task, figures, register
from ml.types import Artifact, Mark, MarkKind, Reading
from ml.weights import Weights

NAME, WITH_LOOK = "location-ledger", "location-ledger-look"
LAYER = "Clues to the place"
FILE, KIND, MEDIA_TYPE = "location.json", "location-ledger", "application/json"
LOCATION: Task[Ledger] = Task(
    "location", "Where it was taken", Ledger, group=Group.WHERE, internal=True
)
LIMITS = (
    "A region, not an answer: photos show less than they seem to, signs travel, and files can be "
    "wrong. Scripts that nothing here reads tell no more than where they are at home."
)
# From docs/benchmarks; a test holds them equal.
MEASURED = figures(
    "places, 17 photos, 0 not read",
    "2026-11-29",
    "manage.py evaluate geolocation --data places --models location-ledger --seed 0",
    {"within_200": "5.9 % (0.0 to 17.6)"},
)
CARD = ModelCard(
    name=NAME,
    title="Ledger of clues to the place",
    task=LOCATION,
    weights=(),
    code_licence="Apache-2.0",
    weights_licence="CC-BY-4.0",
    commercial_use=Commercial.YES,
    memory_mb=700,
    paper="Weyand et al., PlaNet, 2016 (cells); the rest is this project's own",
    known_limits=LIMITS,
    measured=MEASURED,
    needs=(WRITING,),
)


@register(CARD)
class LocationLedger(Model):
    """Clues of the file, of what is written, and of what a person said."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self.land = land_cover.installed(weights.folder)

    def run(self, view: View) -> Output:
        return told(self.card.name, view, view.data(WRITING), land=self.land)


def with_look() -> ModelCard:
    """The card of the ledger that a model of places adds to."""
    return replace(CARD, name=WITH_LOOK, needs=(WRITING, LOOK), rank=1, measured=())


def told(
    name: str, view: View, writings: Writings, looks: tuple[Clue, ...] = (),
    land: Floats | None = None,
) -> Output:  # fmt: skip
    """The ledger as readings, marks, data, and a file where files are wanted."""
    sights = () if view.said.ask is None else looked(view.picture, view.said.ask)
    seen = Seen(view.picture.exif, writings.lines, view.said, looks, sights, land)
    found = ledger(gathered(seen), tuple(gaps(writings)))
    files = () if view.scratch is None else (written(name, found, view.scratch),)
    return Output(
        readings=tuple(readings(name, found)),
        marks=tuple(marks(name, found)),
        artifacts=files,
        data=found,
    )


def gaps(writings: Writings) -> Iterator[str]:
    """What is written and nothing here could read."""
    unread = {
        line.script
        for line in writings.lines
        if not line.text and line.script != "none" and line.script not in writings.engines
    }
    for script in sorted(unread):
        yield f"{script.capitalize()} writing was seen that nothing installed here can read."


def readings(name: str, found: Ledger) -> Iterator[Reading]:
    """The answer, and each clue with what it tells."""
    answer = found.answer
    for region in answer.regions:
        label = f"region of {100 * region.share:.0f} %"
        yield Reading(name, label, min(region.km2, 1e9), unit="km2")
    if answer.places:
        first = answer.places[0]
        value = f"{first.name} ({first.country})"
        yield Reading(name, "likeliest town", value, min(first.probability, 1.0))
    for clue in found.clues:
        if clue.read:
            yield Reading(name, clue.title.lower(), f"{clue.saw}: {clue.tells}"[:300])
        else:
            yield Reading(name, clue.title.lower(), None, note=f"{clue.saw}: {clue.note}"[:300])


def marks(name: str, found: Ledger) -> Iterator[Mark]:
    """A box around each clue that is in the picture."""
    for clue in found.clues:
        if clue.box is not None:
            box = clue.box
            path = ((box.left, box.top), (box.right, box.bottom))
            tone = "warm" if clue.read else "cool"
            yield Mark(name, LAYER, MarkKind.BOX, (path,), label=clue.title, tone=tone)


def written(name: str, found: Ledger, folder: Path) -> Artifact:
    """The whole ledger as a file."""
    path = folder / FILE
    data = json.dumps(found.to_json(), ensure_ascii=False).encode()
    path.write_bytes(data)
    digest = sha256(data).hexdigest()
    return Artifact(name, KIND, MEDIA_TYPE, path, digest, len(data))
