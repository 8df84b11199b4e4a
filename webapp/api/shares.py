"""/shares: links under which made pictures are shown to people who have no account."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp import serving
from webapp.api.files import file_response
from webapp.api.guards import user_of
from webapp.api.jobs import photos_named
from webapp.models import Share, ShareItem
from webapp.selectors import shares
from webapp.services.shares import (
    LONGEST,
    MOST,
    MOST_VIEWS,
    SHORTEST,
    Terms,
    share_create,
    share_extend,
    share_leave_out,
    share_retry,
    share_revoke,
    share_take_out,
)


class DaysInput(serializers.Serializer):
    days = serializers.IntegerField(
        min_value=1, max_value=settings.SHARE_DAYS_MOST, help_text="From now, until it expires."
    )


class ShareInput(serializers.Serializer):
    photos = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=MOST,
        help_text="Of one gallery, in the order in which visitors see them.",
    )  # fmt: skip
    kind = serializers.CharField(
        help_text="The recipe: a kind that /capabilities names as `shareable`."
    )
    options = serializers.DictField(
        required=False, default=dict, help_text="As /capabilities describes them for the kind."
    )
    title = serializers.CharField(
        max_length=80, default="", allow_blank=True, help_text="Visitors read it."
    )
    days = serializers.IntegerField(
        min_value=1, max_value=settings.SHARE_DAYS_MOST, default=settings.SHARE_DAYS
    )
    view_limit = serializers.IntegerField(
        min_value=1, max_value=MOST_VIEWS, default=None, allow_null=True,
        help_text="How often it may be opened; null: as often as people like.",
    )  # fmt: skip
    password = serializers.CharField(
        min_length=SHORTEST, max_length=LONGEST, default="", trim_whitespace=False,
        help_text="None when left out.",
    )  # fmt: skip


class ShareOutput(serializers.ModelSerializer):
    state = serializers.SerializerMethodField()
    photos = serializers.SerializerMethodField()
    failed = serializers.SerializerMethodField()
    has_password = serializers.SerializerMethodField()
    address = serializers.SerializerMethodField()
    made_by = serializers.CharField(source="made_by.username")

    class Meta:
        model = Share
        fields = (
            *("id", "gallery", "made_by", "kind", "options", "title", "state", "why", "photos"),
            *("failed", "address", "has_password", "views", "view_limit", "created", "expires"),
            "ended",
        )

    def get_state(self, share: Share) -> str:
        """preparing, ready, failed, expired, used-up or revoked."""
        return self._standing(share).state.value

    def get_photos(self, share: Share) -> list[UUID]:
        return [item.photo_id for item in share.items.all()]

    def get_failed(self, share: Share) -> list[UUID]:
        """The photos that nothing was made of; nobody can open the link while there are any."""
        has_failed = self._standing(share).state is shares.State.FAILED
        return [item.photo_id for item in shares.failed(share)] if has_failed else []

    def get_has_password(self, share: Share) -> bool:
        return bool(share.password)

    def get_address(self, share: Share) -> str | None:
        """The secret link, from this server's root on; null once it has ended."""
        token = shares.token_of(share)
        return reverse("share-link", args=[token]) if token else None

    def _standing(self, share: Share) -> shares.Standing:
        """Asked once, for a whole list."""
        context = cast(dict[str, Any], self.context)
        if "standings" not in context:
            rows = cast(list[Share], self.parent.instance) if self.parent else [share]
            context["standings"] = shares.standings(rows)
        found: shares.Standing = context["standings"][share.pk]
        return found


def found(request: Request, share_id: UUID) -> Share:
    return get_object_or_404(shares.visible_to(request.user), pk=share_id)


def told(request: Request, share: Share, status: int = 200) -> Response:
    """The share as it is now."""
    return Response(ShareOutput(found(request, share.pk)).data, status)


class ShareList(ListAPIView):
    serializer_class = ShareOutput

    def get_queryset(self) -> QuerySet[Share]:
        return shares.visible_to(self.request.user)

    def get(self, request: Request) -> Response:
        """The links you made, and all of the galleries you own; newest first."""
        return self.list(request)

    @extend_schema(request=ShareInput, responses={202: ShareOutput})
    def post(self, request: Request) -> Response:
        """Make a link under which what the recipe makes of the photos is shown; 202: it can be
        opened once `state` is ready."""
        user = user_of(request)
        data = ShareInput(data=request.data)
        data.is_valid(raise_exception=True)
        asked: dict[str, Any] = dict(data.validated_data)
        ids = list(dict.fromkeys(asked.pop("photos")))
        named = {photo.pk: photo for photo in photos_named(user, ids)}
        rows = [named[pk] for pk in ids]
        recipe = {"kind": asked.pop("kind"), "options": asked.pop("options")}
        share = share_create(
            gallery=rows[0].gallery, photos=rows, by=user, terms=Terms(**asked), **recipe
        )
        return told(request, share, 202)


class ShareDetail(APIView):
    @extend_schema(responses=ShareOutput)
    def get(self, request: Request, share_id: UUID) -> Response:
        """One link, and how it stands."""
        return Response(ShareOutput(found(request, share_id)).data)

    @extend_schema(request=DaysInput, responses=ShareOutput)
    def patch(self, request: Request, share_id: UUID) -> Response:
        """Let the link work for so many days from now."""
        share = found(request, share_id)
        data = DaysInput(data=request.data)
        data.is_valid(raise_exception=True)
        days = data.validated_data["days"]
        return told(request, share_extend(share=share, by=user_of(request), days=days))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, share_id: UUID) -> Response:
        """Revoke the link: it is closed at once, and what it showed is deleted."""
        share_revoke(share=found(request, share_id), by=user_of(request))
        return Response(status=204)


class ShareRetry(APIView):
    @extend_schema(request=None, responses=ShareOutput)
    def post(self, request: Request, share_id: UUID) -> Response:
        """Try again to make the pictures that are missing."""
        share = found(request, share_id)
        return told(request, share_retry(share=share, by=user_of(request)))


class ShareLeaveOut(APIView):
    @extend_schema(request=None, responses=ShareOutput)
    def post(self, request: Request, share_id: UUID) -> Response:
        """Share the link without the photos that nothing was made of."""
        share = found(request, share_id)
        return told(request, share_leave_out(share=share, by=user_of(request)))


class ShareFile(APIView):
    @extend_schema(responses=file_response("image/jpeg", "image/png", "image/webp"))
    def get(self, request: Request, share_id: UUID, number: int) -> HttpResponse:
        """A picture as visitors get it; numbers are places in the link, from 1."""
        return serving.shared_file(_picture(found(request, share_id), number), save=True)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, share_id: UUID, number: int) -> Response:
        """Show the others without this picture, which is deleted; the last one is not: revoke the
        link instead."""
        share = found(request, share_id)
        share_take_out(share=share, item=_picture(share, number), by=user_of(request))
        return Response(status=204)


def _picture(share: Share, number: int) -> ShareItem:
    return get_object_or_404(share.items.exclude(file=""), position=number)
