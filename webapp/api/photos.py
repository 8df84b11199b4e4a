"""/photos: uploading, looking at and deleting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.api.guards import editable, gallery_for, user_of
from webapp.api.jobs import WAIT, JobOutput, job_address, wait_asked, waited
from webapp.api.readings import ReadingOutput, readings
from webapp.models import Photo
from webapp.selectors import photos
from webapp.selectors.results import Results, ShownFace, results_of
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


class PhotoOutput(serializers.ModelSerializer):
    notes = serializers.SerializerMethodField()
    thumbnail = serializers.SerializerMethodField()
    display = serializers.SerializerMethodField()

    class Meta:
        model = Photo
        fields = (
            *("id", "gallery", "name", "media_type", "size", "width", "height", "sha256"),
            *("notes", "thumbnail", "display", "created", "trashed"),
        )

    def get_notes(self, photo: Photo) -> list[str]:
        """What was done to show it, in sentences."""
        return photo.notes.splitlines()

    def get_thumbnail(self, photo: Photo) -> str:
        return reverse("api-photo-thumbnail", args=[photo.pk])

    def get_display(self, photo: Photo) -> str:
        return reverse("api-photo-display", args=[photo.pk])


class UploadOutput(serializers.Serializer):
    photo = PhotoOutput()
    duplicate = serializers.BooleanField(
        help_text="True when the gallery had this file already: `photo` is that one. If its "
        "`trashed` is filled it lies in the trash, and can be restored."
    )
    job = JobOutput(allow_null=True, help_text="The analysis; null for a duplicate.")


class RunOutput(serializers.Serializer):
    model = serializers.CharField()
    title = serializers.CharField()
    task = serializers.CharField()
    digest = serializers.CharField()
    recipe = serializers.IntegerField()
    seconds = serializers.FloatField()
    registered = serializers.BooleanField(help_text="False: the model was removed since.")


class ArtifactOutput(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    facts = serializers.DictField()


class PhotoFaceOutput(serializers.Serializer):
    """A face as its photo shows it."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    box = serializers.SerializerMethodField()
    score = serializers.FloatField()
    name = serializers.CharField()
    found = serializers.BooleanField()
    readings = serializers.SerializerMethodField()

    def get_box(self, face: ShownFace) -> list[float]:
        """Left, top, right, bottom in pixels of the upright photo."""
        return face.box.to_json()

    @extend_schema_field(ReadingOutput(many=True))
    def get_readings(self, face: ShownFace) -> list[dict[str, Any]]:
        return readings(face.groups)


class PhotoDetailOutput(PhotoOutput):
    faces = serializers.SerializerMethodField()
    readings = serializers.SerializerMethodField()
    layers = serializers.SerializerMethodField()
    runs = serializers.SerializerMethodField()
    artifacts = serializers.SerializerMethodField()

    class Meta:
        model = Photo
        fields = (*PhotoOutput.Meta.fields, "faces", "readings", "layers", "runs", "artifacts")

    @property
    def _results(self) -> Results:
        results: Results = self.context["results"]
        return results

    @extend_schema_field(PhotoFaceOutput(many=True))
    def get_faces(self, photo: Photo) -> object:
        return PhotoFaceOutput(self._results.faces, many=True).data

    @extend_schema_field(ReadingOutput(many=True))
    def get_readings(self, photo: Photo) -> object:
        return readings(self._results.groups)

    def get_layers(self, photo: Photo) -> list[str]:
        """What annotated.jpg can draw."""
        return [layer.name for layer in self._results.layers]

    @extend_schema_field(RunOutput(many=True))
    def get_runs(self, photo: Photo) -> object:
        return RunOutput(self._results.runs, many=True).data

    @extend_schema_field(ArtifactOutput(many=True))
    def get_artifacts(self, photo: Photo) -> object:
        return ArtifactOutput(self._results.artifacts, many=True).data


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
