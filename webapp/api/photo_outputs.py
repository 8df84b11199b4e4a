"""A photo as the API shows it: a line of a list, with all that was read, or just uploaded."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from webapp.api.jobs import JobOutput
from webapp.api.readings import ReadingOutput, readings
from webapp.models import Photo
from webapp.selectors.results import Results, ShownFace


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
