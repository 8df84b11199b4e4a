"""/galleries: what photos belong to, and which sensitive readings are on there."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ml.registry import Sensitive
from webapp.api.guards import editable, user_of
from webapp.models import Gallery
from webapp.selectors import galleries
from webapp.services.galleries import sensitive_choose

KINDS = [kind.value for kind in Sensitive if kind]


class SensitiveInput(serializers.Serializer):
    sensitive = serializers.MultipleChoiceField(
        choices=KINDS, help_text="The kinds of sensitive reading to have on; all others go off."
    )


class GalleryOutput(serializers.ModelSerializer):
    purpose = serializers.CharField()
    personal = serializers.SerializerMethodField()
    sensitive = serializers.SerializerMethodField()

    class Meta:
        model = Gallery
        fields = ("id", "name", "purpose", "personal", "sensitive", "created")

    def get_personal(self, gallery: Gallery) -> bool:
        return gallery.personal_of_id is not None

    def get_sensitive(self, gallery: Gallery) -> list[str]:
        """The sensitive readings that are on here."""
        return sorted(kind.value for kind in galleries.sensitive_kinds(gallery))


class GalleryList(ListAPIView):
    serializer_class = GalleryOutput

    def get_queryset(self) -> QuerySet[Gallery]:
        return galleries.visible_to(self.request.user).prefetch_related("sensitive_choices")

    def get(self, request: Request) -> Response:
        """The galleries you are a member of."""
        return self.list(request)


class GalleryDetail(APIView):
    @extend_schema(responses=GalleryOutput)
    def get(self, request: Request, gallery_id: UUID) -> Response:
        """One gallery."""
        gallery = get_object_or_404(galleries.visible_to(request.user), pk=gallery_id)
        return Response(GalleryOutput(gallery).data)

    @extend_schema(request=SensitiveInput, responses=GalleryOutput)
    def patch(self, request: Request, gallery_id: UUID) -> Response:
        """Choose the sensitive readings: for the gallery's owner."""
        user = user_of(request)
        gallery = editable(galleries.visible_to(user), galleries.owned_by(user), gallery_id)
        data = SensitiveInput(data=request.data)
        data.is_valid(raise_exception=True)
        wanted = {Sensitive(kind) for kind in data.validated_data["sensitive"]}
        if never := wanted & galleries.never_read(gallery):
            words = ", ".join(sorted(never))
            raise serializers.ValidationError(
                {"sensitive": [f"Never read from photos in this gallery: {words}."]}
            )
        for kind in wanted ^ galleries.sensitive_kinds(gallery):
            sensitive_choose(gallery=gallery, kind=kind, on=kind in wanted, by=user)
        return Response(GalleryOutput(gallery).data)
