"""Who may: what is not yours is not there; what you may only look at you may not change."""

from __future__ import annotations

from typing import TypeVar, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from webapp.api.problems import Conflict
from webapp.models import Gallery, User
from webapp.selectors import galleries

M = TypeVar("M", bound=Model)


def user_of(request: Request) -> User:
    """Who asks: every view but the documentation lets nobody in who is not signed in."""
    return cast(User, request.user)


def editable(visible: QuerySet[M], may_edit: QuerySet[M], pk: UUID) -> M:
    """The row, when the user may change it.

    Raises:
        Http404: the user may not even see it.
        PermissionDenied: the user is a viewer of its gallery.
    """
    row = get_object_or_404(visible, pk=pk)
    if not may_edit.filter(pk=pk).exists():
        raise PermissionDenied("You may look at this gallery, but not change it.")
    return row


def gallery_for(user: User, pk: UUID | None = None) -> Gallery:
    """The named gallery; without a name the user's own.

    Raises:
        Http404: the user may not even see it.
        PermissionDenied: the user is a viewer of it.
        Conflict: the user has none to add to.
    """
    if pk is not None:
        return editable(galleries.visible_to(user), galleries.editable_by(user), pk)
    gallery = galleries.default_for(user)
    if gallery is None:
        raise Conflict("You have no gallery that you may add to.")
    return gallery
