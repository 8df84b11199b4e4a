"""Taking names over from regions that another tool drew, and giving them back."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.http import Http404

from ml.types import Box
from webapp.locks import photo_held
from webapp.models import Face, Photo, User
from webapp.selectors.regions import why_not_yet
from webapp.services.faces import face_name


@transaction.atomic
def names_take(
    *,
    photo: Photo,
    names: Iterable[tuple[Face, str]],
    new: Iterable[tuple[Box, str]] = (),
    by: User,
    replace: bool = False,
) -> tuple[list[Face], list[Face]]:
    """Give the faces these names, but no face that has one already, unless `replace`; and a face
    of its own to each name in `new`, which lies where no detection found one (pixels of the
    upright photo). The faces that were named, and one for each in `new`.

    Raises:
        Http404: the photo was erased since it was looked up.
        ValidationError: nobody has looked for faces yet, or somebody is about to.
    """
    _hold(photo)
    if why := why_not_yet(photo):
        raise ValidationError({"take": [why]})
    named = _names_give(photo, dict(names), by, replace=replace)
    return named, [_face_add(photo, box, name, by) for box, name in new]


def _names_give(photo: Photo, faces: dict[Face, str], by: User, *, replace: bool) -> list[Face]:
    there = photo.faces.filter(pk__in=[face.pk for face in faces]).select_related("person")
    standing = {face.pk: face.person for face in there}
    free = (
        (face, name)
        for face, name in faces.items()
        if face.pk in standing and (replace or standing[face.pk] is None)
    )
    return [face_name(face=face, name=name, by=by) for face, name in free]


def _face_add(photo: Photo, box: Box, name: str, by: User) -> Face:
    """A face that no detection found and somebody named; asked for twice it is one."""
    left, top, right, bottom = box.to_json()
    face, _ = Face.objects.get_or_create(
        photo=photo,
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        defaults={"position": _next_position(photo), "score": 0.0},
    )
    return face_name(face=face, name=name, by=by)


@transaction.atomic
def names_untake(*, photo: Photo, names: Iterable[tuple[Face, str]], by: User) -> int:
    """Take the names away again from faces that have them still; a face that nothing but its name
    told of goes too. How many.

    Raises:
        Http404: the photo was erased since it was looked up.
    """
    _hold(photo)
    count = 0
    for face, name in names:
        if not photo.faces.filter(pk=face.pk, person__name=name).exists():
            continue
        face_name(face=face, name="", by=by)
        if face.found_by_id is None:
            face.delete()
        count += 1
    return count


def _next_position(photo: Photo) -> int:
    """Behind the last face: a count of them repeats a number once one in between is gone."""
    last = photo.faces.aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def _hold(photo: Photo) -> None:
    if not photo_held(photo):
        raise Http404
