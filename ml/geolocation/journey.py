"""The job "journey": where the photos of an album were taken, each with the others' help."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Self

from ml import decode
from ml.contracts import Said
from ml.geolocation.album import SHARE, Moment, Smoothed, smoothed
from ml.geolocation.clues import Clue
from ml.geolocation.evidence_exif_time import EXIF_IFD, TAKEN, by_satellites, moment, part, zone
from ml.geolocation.evidence_exif_time import GPS_IFD as GPS
from ml.geolocation.ledger import Ledger, Region, answered
from ml.geolocation.location_ledger import LOCATION
from ml.geolocation.pipeline import only_seen
from ml.pipelines import Context, Pipeline, Subjects, Urgency, register, unheard
from ml.sequence import look
from ml.types import JSON, Artifact, Picture, Report

KIND = "journey"
FILE, ARTIFACT, MEDIA_TYPE = "journey.json", "journey", "application/json"


@dataclass(frozen=True, slots=True)
class JourneyOptions:
    """What may be looked at."""

    metadata: bool = field(
        default=True,
        metadata={
            "title": "Read what the files say",
            "help": "Positions that the camera wrote. When photos were taken is read either way: "
            "it is what ties them together.",
        },
    )
    place: str = field(
        default="",
        metadata={
            "title": "What you know",
            "help": "A country, a region or a town where all of them were taken, if you know it.",
        },
    )


@dataclass(frozen=True, slots=True)
class JourneyInputs:
    """photos: the files as uploaded. keys: what each is called in the route. models: names,
    resolved when the job was submitted. struck: of each photo, names of clues that are not to
    count."""

    photos: tuple[Path, ...]
    keys: tuple[str, ...]
    models: tuple[str, ...]
    struck: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A photo of a journey. taken: by the camera's clock, in UTC where the file says the zone; None
    where it says no time, and such a photo is placed by itself. latitude, longitude: the likeliest
    point, degrees. region: of 90 %. alone: km2 of that region without the other photos."""

    taken: datetime | None
    latitude: float
    longitude: float
    region: Region
    alone: float

    @property
    def gained(self) -> bool:
        """Whether the other photos made the region smaller."""
        return self.region.km2 < 0.9 * self.alone

    def to_json(self) -> JSON:
        return {
            "taken": None if self.taken is None else self.taken.isoformat(),
            "latitude": self.latitude,
            "longitude": self.longitude,
            "region": self.region.to_json(),
            "alone": self.alone,
        }

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        taken = None if data["taken"] is None else datetime.fromisoformat(data["taken"])
        region = Region.from_json(data["region"])
        return cls(taken, data["latitude"], data["longitude"], region, data["alone"])


@dataclass(frozen=True, slots=True)
class Route:
    """What the job's file holds: each photo's ledger and place, by its key."""

    ledgers: Mapping[str, Ledger]
    places: Mapping[str, Placed]

    def to_json(self) -> JSON:
        return {
            "ledgers": {key: one.to_json() for key, one in self.ledgers.items()},
            "places": {key: one.to_json() for key, one in self.places.items()},
        }

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(
            {key: Ledger.from_json(one) for key, one in data["ledgers"].items()},
            {key: Placed.from_json(one) for key, one in data["places"].items()},
        )


def journey(options: JourneyOptions, inputs: JourneyInputs, context: Context) -> Report:
    """A report whose only artifact is the route, as JSON of `Route`.

    Raises:
        BadPicture: as for ml.decode.picture.
    """
    said, count = Said(options.place, (), None), len(inputs.photos)
    ledgers, times = [], []
    for number, path in enumerate(inputs.photos):
        context.progress(number, count + 1, f"Photo {number + 1} of {count}")
        picture = decode.picture(path)
        times.append(taken_at(picture))
        seen = picture if options.metadata else only_seen(picture)
        within = replace(context, scratch=None, partial=unheard, progress=stopping(context, number))
        ledgers.append(look(seen, inputs.models, within, said=said)[1][LOCATION].data)
    context.progress(count, count + 1, "Placing them together")
    places = placed(ledgers, times, inputs.struck)
    route = Route(*(dict(zip(inputs.keys, found, strict=True)) for found in (ledgers, places)))
    files = () if context.scratch is None else (written(route, context.scratch),)
    return Report((1, 1), artifacts=files)


def stopping(context: Context, number: int) -> Callable[..., None]:
    """Hears within a photo, too, that somebody wants it to stop."""
    return lambda done, total, message="": context.progress(number, number + 1, message)


def taken_at(picture: Picture) -> datetime | None:
    """When it was taken: in UTC where the file tells the zone, else by the camera's clock."""
    camera = part(picture.exif, EXIF_IFD)
    taken = moment(camera.get(TAKEN))
    if taken is None:
        return None
    ahead = zone(camera) or by_satellites(taken, part(picture.exif, GPS))
    return taken if ahead is None else taken - ahead


def placed(
    ledgers: Sequence[Ledger],
    times: Sequence[datetime | None],
    struck: Sequence[frozenset[str]],
) -> tuple[Placed, ...]:
    """Each photo with the help of the others; where its own clues are finer, by these alone."""
    clues = [
        tuple(clue for clue in one.clues if clue.name not in out)
        for one, out in zip(ledgers, struck, strict=True)
    ]
    moments = [Moment(taken, some) for taken, some in zip(times, clues, strict=True)]
    return tuple(map(of, times, smoothed(moments), clues))


def of(taken: datetime | None, found: Smoothed, clues: Sequence[Clue]) -> Placed:
    if found.region.km2 < found.km2:
        return Placed(taken, found.latitude, found.longitude, found.region, found.km2)
    own = answered(clues)
    return Placed(taken, own.latitude, own.longitude, own.region(SHARE), found.km2)


def written(route: Route, folder: Path) -> Artifact:
    path = folder / FILE
    data = json.dumps(route.to_json(), ensure_ascii=False).encode()
    path.write_bytes(data)
    return Artifact(
        "location-ledger", ARTIFACT, MEDIA_TYPE, path, sha256(data).hexdigest(), len(data)
    )


register(
    Pipeline(
        KIND,
        "Place an album",
        JourneyOptions,
        JourneyInputs,
        journey,
        urgency=Urgency.LATER,
        subjects=Subjects.MANY,
        tasks=(LOCATION,),
        fewest=2,
        help="Where each photo was taken, with the help of those taken before and after it: "
        "nobody is in Spain at noon and in Japan at one.",
    )
)
