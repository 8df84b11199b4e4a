"""The files of a photo: pictures, the original, drawings, tables and what models made."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ml.exposure import Act, Topic
from webapp import serving
from webapp.api.guards import editable, user_of
from webapp.api.report import PhotoReportOutput, ReportReading
from webapp.documents.evidence import entry_json
from webapp.filenames import stem
from webapp.models import Photo
from webapp.selectors import artifacts, photos
from webapp.selectors.drawings import annotated
from webapp.selectors.evidence import ledger_of
from webapp.selectors.reports import exposure_of, readings_csv, report_json
from webapp.services.artifacts import artifact_delete
from webapp.services.evidence import FORMS, evidence_export
from webapp.services.photos import photo_export
from webapp.services.proofs import proof_export

LAYERS = OpenApiParameter(
    "layers",
    description="Names of layers, by comma or one each; all that are on when left out.",
)


def file_response(*media_types: str) -> dict[tuple[int, str], OpenApiResponse]:
    return {(200, kind): OpenApiResponse(OpenApiTypes.BINARY) for kind in media_types}


def found(request: Request, photo_id: UUID) -> Photo:
    return get_object_or_404(photos.visible_to(request.user), pk=photo_id)


class PhotoThumbnail(APIView):
    @extend_schema(responses=file_response("image/webp", "image/jpeg"))
    def get(self, request: Request, photo_id: UUID) -> HttpResponseBase:
        """The photo re-encoded, 480 px at most, without metadata."""
        return serving.thumbnail_file(request, found(request, photo_id))


class PhotoDisplay(APIView):
    @extend_schema(responses=file_response("image/webp", "image/jpeg"))
    def get(self, request: Request, photo_id: UUID) -> HttpResponseBase:
        """The photo re-encoded, 2048 px at most, without metadata."""
        return serving.display_file(request, found(request, photo_id))


class PhotoOriginal(APIView):
    @extend_schema(responses=file_response("image/*"))
    def get(self, request: Request, photo_id: UUID) -> HttpResponse:
        """The bytes as they were uploaded, metadata and all, to be saved."""
        photo = found(request, photo_id)
        photo_export(photo=photo, by=user_of(request), what="original")
        return serving.original_file(photo)


class PhotoAnnotated(APIView):
    @extend_schema(parameters=[LAYERS], responses=file_response("image/jpeg"))
    def get(self, request: Request, photo_id: UUID) -> HttpResponse:
        """The photo as JPEG with its marks drawn in."""
        photo = found(request, photo_id)
        photo_export(photo=photo, by=user_of(request), what="annotated")
        drawn = annotated(photo, layers_asked(request.query_params.getlist("layers")))
        return serving.attachment(drawn, "image/jpeg", f"{stem(photo.name)}-annotated.jpg")


class PhotoReadings(APIView):
    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, photo_id: UUID) -> HttpResponse:
        """Every reading of the photo and its faces as a table (RFC 4180)."""
        photo = found(request, photo_id)
        photo_export(photo=photo, by=user_of(request), what="readings")
        return serving.attachment(readings_csv(photo), "text/csv; charset=utf-8", "readings.csv")


class PhotoReport(APIView):
    @extend_schema(responses=PhotoReportOutput)
    def get(self, request: Request, photo_id: UUID) -> Response:
        """All results as one report, embeddings left out."""
        photo = found(request, photo_id)
        photo_export(photo=photo, by=user_of(request), what="report")
        return Response(report_json(photo))


ACTS = list(Act)  # named in settings: two fields choose among them


class LineOutput(serializers.Serializer):
    weight = serializers.CharField(help_text="much, some or little")
    topic = serializers.ChoiceField(list(Topic), help_text="What it is about.")
    learns = serializers.CharField(help_text="What a stranger learns.")
    cause = serializers.CharField(help_text="What tells it.")
    act = serializers.CharField(help_text="What would remove it.")
    does = serializers.ChoiceField(ACTS, help_text="The same for programs.")
    or_does = serializers.ChoiceField(
        ACTS, allow_null=True, help_text="What may be done instead, for programs."
    )
    in_file = serializers.BooleanField(help_text="A copy without metadata does not tell it.")


class PhotoExposure(APIView):
    @extend_schema(responses=LineOutput(many=True))
    def get(self, request: Request, photo_id: UUID) -> Response:
        """What a stranger could learn from the photo and its original file, worst first."""
        lines = exposure_of(found(request, photo_id))
        return Response([line.to_json() for line in lines])


class FindingOutput(serializers.Serializer):
    model = serializers.CharField()
    name = serializers.CharField(help_text="What was looked at.")
    value = serializers.CharField(
        allow_null=True, help_text="Null when it could not be looked at; `note` says why."
    )
    claim = serializers.CharField()
    weight = serializers.FloatField(allow_null=True)
    reliability = serializers.CharField(help_text="How good the signal is known to be.")
    note = serializers.CharField()
    group = serializers.CharField(help_text="Of findings of one group only the strongest counts.")
    words = serializers.CharField(help_text="How strongly it speaks, e.g. `weakly for`.")


class EntryOutput(serializers.Serializer):
    claim = serializers.CharField(help_text="edited, generated or identity")
    question = serializers.CharField()
    face = serializers.UUIDField(allow_null=True, help_text="Null for the photo as a whole.")
    weight = serializers.FloatField(
        allow_null=True,
        help_text="Natural logarithm of the joint likelihood ratio; null where nothing spoke.",
    )
    words = serializers.CharField()
    probability = serializers.FloatField(
        allow_null=True, help_text="For whoever thought it as likely as not before."
    )
    readings = ReportReading(many=True, help_text="What the same models read of that face.")
    counted = FindingOutput(many=True)
    silent = FindingOutput(many=True)


class PhotoEvidence(APIView):
    @extend_schema(responses=EntryOutput(many=True))
    def get(self, request: Request, photo_id: UUID) -> Response:
        """What speaks for and against the photo being genuine; submit a job of kind
        `authenticate` to have it looked at."""
        ledger = ledger_of(request.user, found(request, photo_id))
        return Response([entry_json(entry) for entry in ledger.entries])


class PhotoEvidenceReport(APIView):
    @extend_schema(responses=file_response("application/pdf", "application/jose"))
    def get(self, request: Request, photo_id: UUID, form: str) -> HttpResponse:
        """The same as a signed document: `pdf`, or `jws` (RFC 7515) with the report as JSON."""
        if form not in FORMS:
            raise Http404
        made = evidence_export(photo=found(request, photo_id), by=user_of(request), form=form)
        return serving.attachment(made.content, made.media_type, made.name)


class ArtifactFile(APIView):
    @extend_schema(responses=file_response("application/octet-stream"))
    def get(self, request: Request, artifact_id: UUID) -> HttpResponse:
        """A file that a model made, in its own media type."""
        mine = artifacts.visible_to(request.user)
        artifact = get_object_or_404(mine.select_related("run__photo"), pk=artifact_id)
        photo_export(photo=artifact.run.photo, by=user_of(request), what="made")
        return serving.artifact_file(artifact)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, artifact_id: UUID) -> Response:
        """Delete the file, with its proof where it has one; it can be made again."""
        user = user_of(request)
        rows = artifacts.visible_to(user).select_related("run__photo__gallery")
        artifact = editable(rows, artifacts.editable_by(user), artifact_id)
        artifact_delete(artifact=artifact, by=user)
        return Response(status=204)


class ArtifactProof(APIView):
    @extend_schema(responses=file_response("application/pdf"))
    def get(self, request: Request, artifact_id: UUID) -> HttpResponse:
        """What recognisers say of a disguised photo, as a signed PDF with the data attached; 404
        for files that came without a proof."""
        mine = artifacts.visible_to(request.user)
        artifact = get_object_or_404(mine.select_related("run__photo__gallery"), pk=artifact_id)
        document = proof_export(made=artifact, by=user_of(request))
        if document is None:
            raise Http404
        return serving.attachment(document.content, document.media_type, document.name)


def layers_asked(words: list[str]) -> frozenset[str] | None:
    """The names in `?layers=`, which may stand there several times; None when it does not."""
    if not words:
        return None
    return frozenset(name.strip() for word in words for name in word.split(","))
