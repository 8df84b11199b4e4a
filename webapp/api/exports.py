"""/exports: albums as ZIP files, asked for, fetched and deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp import serving
from webapp.api.guards import user_of
from webapp.api.jobs import JobOutput, job_answer
from webapp.api.problems import Conflict
from webapp.models import Export
from webapp.selectors import exports, galleries
from webapp.services.exports import MOST, Withheld, export_ask, export_delete, export_fetch

RANGE = OpenApiParameter(
    "Range",
    location=OpenApiParameter.HEADER,
    description="One piece, e.g. `bytes=1000-`; 206 then.",
)


class ExportInput(serializers.Serializer):
    photos = serializers.ListField(
        child=serializers.UUIDField(),
        default=None,
        allow_null=True,
        allow_empty=False,
        max_length=MOST,
        help_text="The whole gallery when left out or null.",
    )
    originals = serializers.BooleanField(default=True, help_text="The files as uploaded.")
    annotated = serializers.BooleanField(default=True, help_text="JPEGs with their marks.")
    results = serializers.BooleanField(default=True, help_text="Reports and tables of readings.")
    regions = serializers.BooleanField(
        default=True, help_text="Faces and their names as XMP beside each original."
    )
    made = serializers.BooleanField(default=True, help_text="Files that were made of them.")


class ExportOutput(serializers.ModelSerializer):
    photos = serializers.IntegerField(source="count", help_text="How many are in it.")
    sensitive = serializers.SerializerMethodField()
    left_out = serializers.IntegerField(
        help_text="Files that could not be made; `album.json` in the ZIP says which and why."
    )
    made_by = serializers.CharField(source="made_by.username")
    file = serializers.SerializerMethodField()

    class Meta:
        model = Export
        fields = (
            *("id", "gallery", "job", "photos", "sensitive", "made_by"),
            *("left_out", "size", "sha256", "file", "created", "expires"),
        )

    def get_sensitive(self, export: Export) -> list[str]:
        """The kinds of sensitive reading that are in it."""
        return export.sensitive.split()

    def get_file(self, export: Export) -> str:
        """Where the ZIP is fetched."""
        return reverse("api-export-file", args=[export.pk])


class GalleryExports(ListAPIView):
    serializer_class = ExportOutput

    def get_queryset(self) -> QuerySet[Export]:
        user = self.request.user
        gallery = get_object_or_404(galleries.visible_to(user), pk=self.kwargs["gallery_id"])
        return exports.visible_to(user).filter(gallery=gallery)

    def get(self, request: Request, gallery_id: UUID) -> Response:
        """The gallery's ZIPs that you asked for, all of them for its owner; newest first."""
        return self.list(request)

    @extend_schema(request=ExportInput, responses={202: JobOutput})
    def post(self, request: Request, gallery_id: UUID) -> Response:
        """Ask for photos and what is known of them as one ZIP; 202 with the job's address.

        When the job is done the ZIP is in the gallery's list, and stays there for seven days.
        """
        user = user_of(request)
        gallery = get_object_or_404(galleries.visible_to(user), pk=gallery_id)
        data = ExportInput(data=request.data)
        data.is_valid(raise_exception=True)
        options: dict[str, Any] = dict(data.validated_data)
        ids = {str(pk) for pk in options.pop("photos") or ()}
        rows = list(exports.photos_for(user, gallery, ids)) if ids else []
        if len(rows) < len(ids):
            raise Http404
        job = export_ask(gallery=gallery, photos=rows, by=user, options=options)
        return job_answer(request, job, closed=202)


class ExportDetail(APIView):
    @extend_schema(responses=ExportOutput)
    def get(self, request: Request, export_id: UUID) -> Response:
        """One ZIP: its size, its digest, and until when it is kept."""
        export = get_object_or_404(exports.visible_to(request.user), pk=export_id)
        return Response(ExportOutput(export).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, export_id: UUID) -> Response:
        """Delete the ZIP at once."""
        user = user_of(request)
        export = get_object_or_404(exports.visible_to(user), pk=export_id)
        export_delete(export=export, by=user)
        return Response(status=204)


class ExportFile(APIView):
    @extend_schema(
        parameters=[RANGE],
        responses={
            (200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY),
            (206, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY),
        },
    )
    def get(self, request: Request, export_id: UUID) -> HttpResponseBase:
        """The ZIP. 409 when it holds what was erased, trashed or turned off since: it is deleted
        then."""
        user = user_of(request)
        export = get_object_or_404(exports.visible_to(user), pk=export_id)
        try:
            export_fetch(export=export, by=user, whole=serving.from_start(request, export))
            return serving.export_file(request, export)
        except Withheld as error:
            raise Conflict(str(error)) from None
