"""Whom a file names on a photo, as the photo's details show it and as it is taken over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing

from ml.errors import BadPicture
from ml.types import Box
from webapp.models import Face, Photo
from webapp.selectors.regions import Fit, Named, named_in, why_not_yet

OFFERED = (Fit.NEW, Fit.NO_FACE)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a file names. source: which file, in words. named: first what can be taken over.
    signed: the names that can, so that taking them needs the file no more. wait: why not yet, in a
    sentence."""

    source: str
    named: Sequence[Named]
    signed: str
    wait: str

    @property
    def count(self) -> int:
        """How many can be taken over."""
        return sum(one.fit in OFFERED for one in self.named)


@dataclass(frozen=True, slots=True)
class Offered:
    """A name as it was offered. face: the face's id, "" where none was found. box: pixels of the
    upright photo."""

    name: str
    face: str
    box: Box


def offer_of(photo: Photo) -> Offer | None:
    """What the original's own metadata names; None for nobody."""
    try:
        named = named_in(photo)
    except BadPicture:  # it takes too long just now; the other details do not depend on it
        return None
    return offer(photo, "This file", named) if named else None


def offer(photo: Photo, source: str, named: Sequence[Named]) -> Offer:
    """source: which file names them, to begin a sentence with."""
    can = [one for one in named if one.fit in OFFERED]
    rest = [one for one in named if one.fit not in OFFERED]
    plain = [(one.name, str(one.face.pk) if one.face else "", one.box.to_json()) for one in can]
    signed = signing.dumps(plain, salt=_salt(photo), compress=True)
    return Offer(source, [*can, *rest], signed, why_not_yet(photo))


def chosen_of(photo: Photo, signed: str, numbers: Sequence[str]) -> list[Offered]:
    """Those of an offer that a person chose, by their place in it.

    Raises:
        BadSignature: it is no offer that was made for this photo.
    """
    offered = signing.loads(signed, salt=_salt(photo))
    return [
        Offered(name, face, Box.from_json(box))
        for number, (name, face, box) in enumerate(offered)
        if str(number) in numbers
    ]


def undo_of(photo: Photo, faces: Sequence[Face]) -> str:
    """These faces of the photo with the names they have now, signed, so that they can be given
    back later."""
    plain = [(str(face.pk), face.person.name) for face in faces if face.person]
    return signing.dumps(plain, salt=f"undo, {_salt(photo)}", compress=True)


def given_of(photo: Photo, signed: str) -> list[tuple[str, str]]:
    """Ids of faces and the names they were given.

    Raises:
        BadSignature: no names were taken over so on this photo.
    """
    return [(face, name) for face, name in signing.loads(signed, salt=f"undo, {_salt(photo)}")]


def _salt(photo: Photo) -> str:
    return f"regions of {photo.pk}"
