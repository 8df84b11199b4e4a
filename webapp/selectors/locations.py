"""Ledgers of where photos were taken, opened for whoever may see the photo."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from ml.exposure import Line
from ml.geolocation import exposed
from ml.geolocation.consistency import Agreement
from ml.geolocation.journey import Placed
from ml.geolocation.ledger import Answer, Ledger, Without, answered
from ml.types import JSON
from webapp import sealing
from webapp.models import Gallery, Journey, Location, Photo, Stop, User
from webapp.selectors import galleries, photos

Someone = User | AnonymousUser
LEDGER, STRUCK, PLACE = "location ledger", "location struck", "location stop"
AGREED = "agreement"  # kept beside the ledger


@dataclass(frozen=True, slots=True)
class Located:
    """A photo's ledger. struck: names of its clues that do not count; answer: what the others
    say. agreement: of second looks, where they were asked for."""

    row: Location
    ledger: Ledger
    struck: frozenset[str]
    answer: Answer
    agreement: tuple[Agreement, ...] = ()

    @property
    def whole(self) -> Answer:
        """What all clues say together."""
        return self.ledger.answer

    def without(self, clue: str) -> Without | None:
        """The answer without that clue alone; None for one that says nothing, or where others are
        struck out and it was not reckoned."""
        found = (one for one in self.ledger.without if one.clue == clue)
        return None if self.struck else next(found, None)


@dataclass(frozen=True, slots=True)
class Halt:
    """A photo of a journey, with its place."""

    photo: Photo
    placed: Placed


def visible_to(user: Someone) -> QuerySet[Location]:
    """The ledgers of photos the user may see."""
    rows = Location.objects.filter(photo__in=photos.visible_to(user))
    return rows.select_related("photo__gallery", "job")


def editable_by(user: Someone) -> QuerySet[Location]:
    """Those whose clues the user may strike out, and that they may forget."""
    return visible_to(user).filter(photo__in=photos.editable_by(user))


def location_of(user: Someone, photo: Photo) -> Located | None:
    """The photo's ledger; None where nobody looked."""
    row = visible_to(user).filter(photo=photo).first()
    return None if row is None else opened(row)


def opened(row: Location) -> Located:
    """The ledger of a row, with the answer that its struck clues leave."""
    gallery = row.photo.gallery
    kept = unsealed(gallery, row.sealed_ledger, LEDGER)
    ledger = Ledger.from_json(kept)
    agreement = tuple(map(Agreement.from_json, kept.get(AGREED, ())))
    there = {clue.name for clue in ledger.clues if clue.read}
    struck = frozenset(struck_of(row)) & there
    answer = answered(ledger.clues, struck) if struck else ledger.answer
    return Located(row, ledger, struck, answer, agreement)


def ledger_of(row: Location) -> Ledger:
    """The ledger alone, as it was found."""
    return Ledger.from_json(unsealed(row.photo.gallery, row.sealed_ledger, LEDGER))


def struck_of(row: Location) -> list[str]:
    """The names a person struck out, those too that the newest ledger does not have."""
    if not row.sealed_struck:
        return []
    return cast(list[str], unsealed(row.photo.gallery, row.sealed_struck, STRUCK)["names"])


def struck_for(photo: Photo) -> frozenset[str]:
    """The same of a photo, nothing where nobody looked."""
    row = Location.objects.filter(photo=photo).select_related("photo__gallery").first()
    return frozenset(() if row is None else struck_of(row))


def was_looked_for(photo: Photo) -> bool:
    """Whether the photo has a ledger."""
    return Location.objects.filter(photo=photo).exists()


def shows_place(photo: Photo) -> tuple[Line, ...]:
    """What the picture itself tells of its place, as far as somebody had it looked for."""
    row = Location.objects.filter(photo=photo).select_related("photo__gallery").first()
    if row is None:
        return ()
    found = opened(row)
    return tuple(exposed.lines(found.ledger, found.answer, found.struck))


def journeys(user: Someone) -> QuerySet[Journey]:
    """The journeys of galleries the user may see, newest first."""
    mine = Journey.objects.filter(gallery__in=galleries.visible_to(user))
    return mine.select_related("gallery", "job", "asked_by")


def journeys_editable(user: Someone) -> QuerySet[Journey]:
    """Those the user may forget."""
    return journeys(user).filter(gallery__in=galleries.editable_by(user))


def halts_of(user: Someone, journey: Journey) -> list[Halt]:
    """The journey's photos that the user may see, in the order of time; those without one last."""
    mine = photos.visible_to(user)
    rows = Stop.objects.filter(journey=journey, photo__in=mine).select_related("photo__gallery")
    halts = [Halt(row.photo, _placed(row)) for row in rows]
    return sorted(halts, key=lambda one: (one.placed.taken is None, str(one.placed.taken)))


def unsealed(gallery: Gallery, sealed: bytes | memoryview[int], about: str) -> JSON:
    return cast(JSON, json.loads(sealing.unseal(gallery, bytes(sealed), about)))


def _placed(row: Stop) -> Placed:
    return Placed.from_json(unsealed(row.photo.gallery, row.sealed_place, PLACE))
