"""/photos: uploading, looking at and deleting."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.api.guards import editable, gallery_for, user_of
from webapp.api.jobs import WAIT, job_address, wait_asked, waited
from webapp.api.photo_outputs import PhotoDetailOutput, PhotoOutput, UploadOutput
from webapp.models import Photo
from webapp.selectors import photos
from webapp.selectors.results import results_of
from webapp.services.photos import Added, photo_erase, photo_restore, photo_trash, photo_upload

FINAL = OpenApiParameter(
    "final", OpenApiTypes.BOOL, description="Erase at once and for good, out of the trash too."
)


class UploadInput(serializers.Serializer):
    file = serializers.FileField(allow_empty_file=True, max_length=None)
    gallery = serializers.UUIDField(required=False, help_text="Your own when left out.")


class DeleteQuery(serializers.Serializer):
    final = serializers.BooleanField(default=False)


class PhotoQuery(serializers.Serializer):
    gallery = serializers.UUIDField(required=False)
    trashed = serializers.BooleanField(default=False)


class PhotoList(ListAPIView):
    serializer_class = PhotoOutput
    parser_classes = [MultiPartParser]

    def get_queryset(self) -> QuerySet[Photo]:
        query = PhotoQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        user = self.request.user
        rows = photos.in_trash if query.validated_data["trashed"] else photos.visible_to
        gallery = query.validated_data.get("gallery")
        return rows(user).filter(gallery=gallery) if gallery else rows(user)

    @extend_schema(parameters=[PhotoQuery])
    def get(self, request: Request) -> Response:
        """Your galleries' photos, newest first, or those in the trash."""
        return self.list(request)

    @extend_schema(
        request=UploadInput,
        parameters=[WAIT],
        responses={200: UploadOutput, 201: UploadOutput, 202: UploadOutput},
    )
    def post(self, request: Request) -> Response:
        """Upload one photo, which is analysed. 201 with `wait`: analysed when you have it."""
        user, seconds = user_of(request), wait_asked(request)
        data = UploadInput(data=request.data)
        data.is_valid(raise_exception=True)
        gallery = gallery_for(user, data.validated_data.get("gallery"))
        added = photo_upload(gallery=gallery, by=user, upload=data.validated_data["file"])
        return _uploaded(added, seconds)


class PhotoDetail(APIView):
    @extend_schema(responses=PhotoDetailOutput)
    def get(self, request: Request, photo_id: UUID) -> Response:
        """One photo and what was read of it and its faces."""
        photo = get_object_or_404(photos.visible_to(request.user), pk=photo_id)
        context = {"results": results_of(photo)}
        return Response(PhotoDetailOutput(photo, context=context).data)

    @extend_schema(parameters=[FINAL], responses={204: None})
    def delete(self, request: Request, photo_id: UUID) -> Response:
        """Put the photo in the trash, or erase it."""
        user = user_of(request)
        query = DeleteQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        if query.validated_data["final"]:
            photo = editable(photos.with_trash(user), photos.erasable_by(user), photo_id)
            photo_erase(photo=photo, by=user)
        else:
            photo = editable(photos.visible_to(user), photos.editable_by(user), photo_id)
            photo_trash(photo=photo, by=user)
        return Response(status=204)


class PhotoRestore(APIView):
    @extend_schema(request=None, responses=PhotoOutput)
    def post(self, request: Request, photo_id: UUID) -> Response:
        """Take the photo out of the trash."""
        user = user_of(request)
        photo = get_object_or_404(photos.in_trash(user), pk=photo_id)
        return Response(PhotoOutput(photo_restore(photo=photo, by=user)).data)


def _uploaded(added: Added, seconds: float) -> Response:
    job = added.job and waited(added.job, seconds)
    data = UploadOutput({"photo": added.photo, "duplicate": not added.new, "job": job}).data
    if job is None:
        return Response(data)
    if seconds and job.is_open:
        return Response(data, 202, headers={"Location": job_address(job)})
    return Response(data, 201, headers={"Location": reverse("api-photo", args=[added.photo.pk])})
