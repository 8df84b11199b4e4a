"""Faces as regions for other tools (XMP), and names that other tools gave."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp import serving
from webapp.api.guards import editable, user_of
from webapp.api.problems import Conflict
from webapp.filenames import stem
from webapp.models import Photo, User
from webapp.selectors import photos
from webapp.selectors.regions import Fit, Named, named_by, named_in, regions_xmp
from webapp.services.photos import photo_export
from webapp.services.regions import names_take

XMP = "application/rdf+xml"


class RegionsInput(serializers.Serializer):
    file = serializers.FileField(
        required=False,
        allow_empty_file=True,
        max_length=None,
        help_text="An XMP file that lies beside the photo; the photo's own metadata when left out.",
    )
    take = serializers.BooleanField(
        default=False, help_text="Give faces without a name the names; else nothing is changed."
    )
    replace = serializers.BooleanField(
        default=False, help_text="With `take`: also where a face has another name."
    )
    add = serializers.BooleanField(
        default=False, help_text="With `take`: also add faces that no detection found."
    )


class NamedOutput(serializers.Serializer):
    name = serializers.CharField(help_text="Whom the file names.")
    box = serializers.SerializerMethodField()
    face = serializers.UUIDField(
        source="face.pk", default=None, allow_null=True, help_text="The face found there."
    )
    fit = serializers.ChoiceField(
        [fit.value for fit in Fit],
        help_text="new: the face has no name; same: this one; other: another one; no-face: no "
        "face is known there.",
    )

    def get_box(self, one: Named) -> list[float]:
        """Left, top, right, bottom in pixels of the upright photo."""
        return one.box.to_json()


class PhotoRegionsFile(APIView):
    @extend_schema(responses={(200, XMP): OpenApiTypes.BINARY})
    def get(self, request: Request, photo_id: UUID) -> HttpResponse:
        """The faces and their names as an XMP file for other tools (MWG regions)."""
        photo = get_object_or_404(photos.visible_to(request.user), pk=photo_id)
        photo_export(photo=photo, by=user_of(request), what="regions")
        return serving.attachment(regions_xmp(photo), XMP, f"{stem(photo.name)}.xmp")


class PhotoRegions(APIView):
    parser_classes = [MultiPartParser, FormParser, JSONParser]

    @extend_schema(responses=NamedOutput(many=True))
    def get(self, request: Request, photo_id: UUID) -> Response:
        """The people whom the original's own metadata names."""
        photo = get_object_or_404(photos.visible_to(request.user), pk=photo_id)
        return Response(NamedOutput(named_in(photo), many=True).data)

    @extend_schema(request=RegionsInput, responses=NamedOutput(many=True))
    def post(self, request: Request, photo_id: UUID) -> Response:
        """The people whom a file names; with `take` their names are taken over first. 409 for that
        while a job is open, or nobody has looked at the photo yet."""
        user = user_of(request)
        photo = editable(photos.visible_to(user), photos.editable_by(user), photo_id)
        data = RegionsInput(data=request.data)
        data.is_valid(raise_exception=True)
        asked = data.validated_data
        file = asked.get("file")
        named = named_in(photo) if file is None else named_by(photo, file)
        if asked["take"]:
            named = taken(photo, named, user, replaced=asked["replace"], added=asked["add"])
        return Response(NamedOutput(named, many=True).data)


def taken(
    photo: Photo, named: list[Named], user: User, *, replaced: bool, added: bool
) -> list[Named]:
    """The same after their names were taken over. added: each has a face then.

    Raises:
        Conflict: it is too early.
    """
    known = [(one.face, one.name) for one in named if one.face]
    new = [(one.box, one.name) for one in named if added and not one.face]
    try:
        _, made = names_take(photo=photo, names=known, new=new, by=user, replace=replaced)
    except ValidationError as error:
        raise Conflict(" ".join(error.messages)) from None
    faces = iter(made)
    return [one if one.face else replace(one, face=next(faces, None)) for one in named]
