"""The photo grid: one page of a gallery's photos, what is going on with them, and their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from webapp.models import Gallery, Photo, User
from webapp.selectors import galleries, photos

PAGE = 60
Someone = User | AnonymousUser


@dataclass(frozen=True, slots=True)
class Grid:
    """galleries: all the user's, for the switcher. more: the photo after which the next page
    begins, None on the last one."""

    gallery: Gallery | None
    galleries: tuple[Gallery, ...]
    photos: tuple[Photo, ...]
    may_edit: bool
    more: UUID | None
    first_page: bool

    @property
    def pending(self) -> list[Photo]:
        """Photos with an open job."""
        return [photo for photo in self.photos if is_pending(photo)]


def is_pending(photo: Photo) -> bool:
    """Whether the newest job of a photo from `photos.for_grid` is still open."""
    newest = photo.newest_jobs[:1]  # type: ignore[attr-defined]
    return any(job.is_open for job in newest)


def page_of(user: Someone, gallery_id: UUID | None, after: UUID | None) -> Grid:
    """A page of the named gallery, or of the user's own.

    Raises:
        Http404: the gallery or the photo `after` is not the user's.
    """
    mine = tuple(galleries.visible_to(user).order_by("name", "created"))
    gallery = chosen(user, mine, gallery_id)
    rows = photos.for_grid(photos.visible_to(user).filter(gallery=gallery))
    if after is not None:
        rows = rows.filter(older(get_object_or_404(photos.with_trash(user), pk=after)))
    shown = tuple(rows[: PAGE + 1])
    return Grid(
        gallery=gallery,
        galleries=mine,
        photos=shown[:PAGE],
        may_edit=gallery is not None and galleries.editable_by(user).filter(pk=gallery.pk).exists(),
        more=shown[PAGE - 1].pk if len(shown) > PAGE else None,
        first_page=after is None,
    )


def chosen(user: Someone, mine: Iterable[Gallery], gallery_id: UUID | None) -> Gallery | None:
    """The named gallery; without a name the personal one, else the first; None when there is none.

    Raises:
        Http404: the named one is not the user's.
    """
    if gallery_id is not None:
        return get_object_or_404(galleries.visible_to(user), pk=gallery_id)
    return min(mine, key=lambda gallery: gallery.personal_of_id != user.pk, default=None)


def some_of(user: Someone, ids: Iterable[str]) -> QuerySet[Photo]:
    """Those of the photos that the user may see, as the grid shows them."""
    return photos.for_grid(photos.visible_to(user).filter(pk__in=_uuids(ids)))


def analysable_some(user: Someone, ids: Iterable[str]) -> list[Photo]:
    """Those of the photos that the user may have looked at again and nobody is looking at."""
    rows = photos.editable_by(user).filter(pk__in=_uuids(ids))
    return list(photos.without_open_job(rows).order_by("gallery", "-created"))


def editable_some(user: Someone, ids: Iterable[str]) -> list[Photo]:
    """Those of the photos that the user may put in the trash."""
    return list(photos.editable_by(user).filter(pk__in=_uuids(ids)))


def trashed_some(user: Someone, ids: Iterable[str]) -> list[Photo]:
    """Those of the photos that the user may take out of the trash or erase."""
    return list(photos.in_trash(user).filter(pk__in=_uuids(ids)))


def older(photo: Photo) -> Q:
    """What comes after the photo in the grid's order, newest first."""
    return Q(created__lt=photo.created) | Q(created=photo.created, pk__lt=photo.pk)


def newer(photo: Photo) -> Q:
    """What comes before the photo in the grid's order."""
    return Q(created__gt=photo.created) | Q(created=photo.created, pk__gt=photo.pk)


def neighbours(user: Someone, photo: Photo) -> tuple[Photo | None, Photo | None]:
    """The photos before and after this one in its gallery's grid."""
    rows = photos.visible_to(user).filter(gallery=photo.gallery_id)
    before = rows.filter(newer(photo)).order_by("created", "id").first()
    return before, rows.filter(older(photo)).first()


def _uuids(words: Iterable[str]) -> list[UUID]:
    """Those of the words that are ids; others cannot name a photo."""
    found = []
    for word in words:
        try:
            found.append(UUID(word))
        except ValueError:
            continue
    return found
