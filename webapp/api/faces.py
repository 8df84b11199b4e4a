"""/faces: the faces of photos, and whose they are."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.api.guards import editable, user_of
from webapp.api.readings import ReadingOutput, readings
from webapp.models import Face
from webapp.selectors import faces
from webapp.selectors.results import ShownFace, results_of
from webapp.services.faces import face_name


class FaceQuery(serializers.Serializer):
    photo = serializers.UUIDField(required=False)


class FaceInput(serializers.Serializer):
    name = serializers.CharField(
        max_length=120, allow_blank=True, help_text="Whose face it is; empty takes the name away."
    )


class FaceOutput(serializers.ModelSerializer):
    box = serializers.SerializerMethodField()
    number = serializers.SerializerMethodField()
    name = serializers.SerializerMethodField()
    found = serializers.SerializerMethodField()

    class Meta:
        model = Face
        fields = ("id", "photo", "number", "box", "score", "name", "found")

    def get_box(self, face: Face) -> list[float]:
        """Left, top, right, bottom in pixels of the upright photo."""
        return [face.left, face.top, face.right, face.bottom]

    def get_number(self, face: Face) -> int:
        """From 1, in the order the page shows."""
        return face.position + 1

    def get_name(self, face: Face) -> str:
        return face.person.name if face.person else ""

    def get_found(self, face: Face) -> bool:
        """False when the newest detection misses a face that somebody named."""
        return face.found_by_id is not None


class FaceDetailOutput(FaceOutput):
    readings = serializers.SerializerMethodField()

    class Meta:
        model = Face
        fields = (*FaceOutput.Meta.fields, "points", "readings")

    @extend_schema_field(ReadingOutput(many=True))
    def get_readings(self, face: Face) -> object:
        shown: ShownFace = self.context["shown"]
        return readings(shown.groups)


class FaceList(ListAPIView):
    serializer_class = FaceOutput

    def get_queryset(self) -> QuerySet[Face]:
        query = FaceQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        mine = faces.visible_to(self.request.user)
        photo = query.validated_data.get("photo")
        return mine.filter(photo=photo) if photo else mine

    @extend_schema(parameters=[OpenApiParameter("photo", OpenApiTypes.UUID)])
    def get(self, request: Request) -> Response:
        """The faces of your photos, or of one photo."""
        return self.list(request)


class FaceDetail(APIView):
    @extend_schema(responses=FaceDetailOutput)
    def get(self, request: Request, face_id: UUID) -> Response:
        """One face and what was read of it."""
        return detail(get_object_or_404(faces.visible_to(request.user), pk=face_id))

    @extend_schema(request=FaceInput, responses=FaceDetailOutput)
    def patch(self, request: Request, face_id: UUID) -> Response:
        """Say whose face it is."""
        user = user_of(request)
        face = editable(faces.visible_to(user), faces.editable_by(user), face_id)
        data = FaceInput(data=request.data)
        data.is_valid(raise_exception=True)
        return detail(face_name(face=face, name=data.validated_data["name"], by=user))


def detail(face: Face) -> Response:
    shown = next(shown for shown in results_of(face.photo).faces if shown.id == face.pk)
    return Response(FaceDetailOutput(face, context={"shown": shown}).data)
