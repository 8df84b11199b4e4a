"""/photos/ID/location and /journeys: where photos were taken, as ledgers of clues."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ml.geolocation.clues import Clue
from ml.geolocation.journey import KIND as JOURNEY
from ml.geolocation.ledger import Region, outline
from ml.geolocation.pipeline import KIND as LOCATE
from webapp.api.guards import editable, user_of
from webapp.api.jobs import WAIT, JobOutput, job_answer, photos_named, wait_asked, waited
from webapp.models import Journey, Location, Photo
from webapp.selectors import locations, photos
from webapp.selectors.locations import Halt, Located
from webapp.services.jobs import job_submit
from webapp.services.locations import (
    clues_strike,
    journey_forget,
    location_forget,
)

OPTIONS = "As /capabilities describes them for the kind `{}`."


class LocationInput(serializers.Serializer):
    options = serializers.DictField(default=dict, help_text=OPTIONS.format(LOCATE))


class StruckInput(serializers.Serializer):
    struck = serializers.ListField(
        child=serializers.CharField(max_length=300), max_length=500,
        help_text="Names of all clues that are not to count.",
    )  # fmt: skip


class JourneyInput(serializers.Serializer):
    photos = serializers.ListField(
        child=serializers.UUIDField(), min_length=2, max_length=500, help_text="Of one gallery."
    )
    options = serializers.DictField(default=dict, help_text=OPTIONS.format(JOURNEY))


class RegionOutput(serializers.Serializer):
    """The smallest region that holds a share of the probability."""

    share = serializers.FloatField()
    km2 = serializers.FloatField()
    cells = serializers.ListField(child=serializers.CharField(), help_text="H3's.")
    polygons = serializers.SerializerMethodField()

    def get_polygons(self, region: Region) -> list[list[list[list[float]]]]:
        """As GeoJSON's MultiPolygon coordinates."""
        return [
            [[[round(x, 4), round(y, 4)] for x, y in ring] for ring in polygon]
            for polygon in outline(region)
        ]


class TownOutput(serializers.Serializer):
    name = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166.")
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    probability = serializers.FloatField(help_text="Among all towns.")


class WithoutOutput(serializers.Serializer):
    km2 = serializers.FloatField(help_text="Of the region of 90 %.")
    place = serializers.CharField()
    moved = serializers.FloatField(help_text="Kilometres between the best points.")


class ClueOutput(serializers.Serializer):
    name = serializers.CharField(help_text="By which it is struck out.")
    source = serializers.CharField()  # type: ignore[assignment]  # a field, not Field.source
    title = serializers.CharField()
    saw = serializers.CharField()
    tells = serializers.CharField()
    note = serializers.CharField(help_text="Why it says nothing.")
    counts = serializers.BooleanField(source="read")
    box = serializers.SerializerMethodField()
    floor = serializers.FloatField(help_text="The likelihood elsewhere, against the best place.")
    weight = serializers.FloatField(help_text="The exponent of its likelihood in the product.")
    removal = serializers.CharField(help_text="What takes it out of the photo.")
    struck = serializers.SerializerMethodField()
    without = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.FloatField(), allow_null=True))
    def get_box(self, clue: Clue) -> Any:
        """Left, top, right, bottom in pixels of the upright photo; null where it is not in them."""
        return None if clue.box is None else list(clue.box.to_json())

    def get_struck(self, clue: Clue) -> bool:
        return clue.name in self._located.struck

    @extend_schema_field(WithoutOutput(allow_null=True))
    def get_without(self, clue: Clue) -> Any:
        """The answer without this clue alone; null where others are struck out."""
        found = self._located.without(clue.name)
        return None if found is None else WithoutOutput(found).data

    @property
    def _located(self) -> Located:
        found: Located = self.context["located"]
        return found


class AgreementOutput(serializers.Serializer):
    change = serializers.CharField(help_text="What was done to the photo, or how it was asked.")
    overlap = serializers.FloatField(help_text="Of both distributions, 0 to 1.")
    km = serializers.FloatField(help_text="Between the likeliest points.")


class LocationOutput(serializers.Serializer):
    photo = serializers.UUIDField(source="row.photo_id")
    job = serializers.UUIDField(source="row.job_id", allow_null=True)
    model = serializers.CharField(source="row.model")
    latitude = serializers.FloatField(source="answer.latitude")
    longitude = serializers.FloatField(source="answer.longitude")
    regions = RegionOutput(many=True, source="answer.regions")
    places = TownOutput(many=True, source="answer.places")
    countries = serializers.SerializerMethodField()
    clues = serializers.SerializerMethodField()
    notes = serializers.ListField(child=serializers.CharField(), source="ledger.notes")
    agreement = AgreementOutput(many=True, help_text="Of second looks, where they were asked for.")

    def get_countries(self, located: Located) -> dict[str, float]:
        """ISO 3166 -> how likely, by its towns; the likeliest first."""
        return dict(located.answer.countries)

    @extend_schema_field(ClueOutput(many=True))
    def get_clues(self, located: Located) -> Any:
        """The strongest first."""
        return ClueOutput(located.ledger.clues, many=True, context={"located": located}).data


class StopOutput(serializers.Serializer):
    photo = serializers.UUIDField(source="photo.pk")
    taken = serializers.DateTimeField(
        source="placed.taken", allow_null=True,
        help_text="By the camera's clock; in UTC where the file tells the zone.",
    )  # fmt: skip
    latitude = serializers.FloatField(source="placed.latitude")
    longitude = serializers.FloatField(source="placed.longitude")
    region = RegionOutput(source="placed.region")
    alone = serializers.FloatField(
        source="placed.alone", help_text="km² of the region of 90 % without the other photos."
    )


class JourneyOutput(serializers.ModelSerializer):
    class Meta:
        model = Journey
        fields = ("id", "gallery", "job", "created")


class JourneyDetailOutput(JourneyOutput):
    stops = serializers.SerializerMethodField()

    class Meta(JourneyOutput.Meta):
        fields = (*JourneyOutput.Meta.fields, "stops")  # type: ignore[assignment]

    @extend_schema_field(StopOutput(many=True))
    def get_stops(self, journey: Journey) -> Any:
        """The photos you may see, in the order of time."""
        halts: list[Halt] = locations.halts_of(self.context["user"], journey)
        return StopOutput(halts, many=True).data


class PhotoLocation(APIView):
    @extend_schema(responses=LocationOutput)
    def get(self, request: Request, photo_id: UUID) -> Response:
        """Where the photo was taken: the answer, and the ledger of its clues."""
        row = get_object_or_404(locations.visible_to(request.user), photo=photo_id)
        return Response(LocationOutput(locations.opened(row)).data)

    @extend_schema(
        request=LocationInput, parameters=[WAIT], responses={201: JobOutput, 202: JobOutput}
    )
    def post(self, request: Request, photo_id: UUID) -> Response:
        """Look for clues. 201 when it was done while you waited, else 202 with the job."""
        user, seconds = user_of(request), wait_asked(request)
        photo: Photo = editable(photos.visible_to(user), photos.editable_by(user), photo_id)
        data = LocationInput(data=request.data)
        data.is_valid(raise_exception=True)
        job = job_submit(
            kind=LOCATE, gallery=photo.gallery, photos=[photo], by=user,
            options=data.validated_data["options"],
        )  # fmt: skip
        return job_answer(request, waited(job, seconds), closed=201)

    @extend_schema(request=StruckInput, responses=LocationOutput)
    def patch(self, request: Request, photo_id: UUID) -> Response:
        """Strike clues out; the answer without them."""
        row = self._mine(request, photo_id)
        data = StruckInput(data=request.data)
        data.is_valid(raise_exception=True)
        found = clues_strike(location=row, names=data.validated_data["struck"])
        return Response(LocationOutput(found).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, photo_id: UUID) -> Response:
        """Forget what was found about the place."""
        location_forget(location=self._mine(request, photo_id), by=user_of(request))
        return Response(status=204)

    def _mine(self, request: Request, photo_id: UUID) -> Location:
        user = user_of(request)
        photo = editable(photos.visible_to(user), photos.editable_by(user), photo_id)
        return get_object_or_404(locations.editable_by(user), photo=photo)


class JourneyList(ListAPIView):
    serializer_class = JourneyOutput

    def get_queryset(self) -> QuerySet[Journey]:
        return locations.journeys(self.request.user)

    def get(self, request: Request) -> Response:
        """Albums that were placed, newest first."""
        return self.list(request)

    @extend_schema(request=JourneyInput, responses={202: JobOutput})
    def post(self, request: Request) -> Response:
        """Place photos together; the job's address. Then read `/journeys`."""
        user = user_of(request)
        data = JourneyInput(data=request.data)
        data.is_valid(raise_exception=True)
        rows = photos_named(user, data.validated_data["photos"])
        job = job_submit(
            kind=JOURNEY, gallery=rows[0].gallery, photos=rows, by=user,
            options=data.validated_data["options"],
        )  # fmt: skip
        return job_answer(request, job, closed=201)


class JourneyDetail(APIView):
    @extend_schema(responses=JourneyDetailOutput)
    def get(self, request: Request, journey_id: UUID) -> Response:
        """One, with its photos' places."""
        user = user_of(request)
        row = get_object_or_404(locations.journeys(user), pk=journey_id)
        return Response(JourneyDetailOutput(row, context={"user": user}).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, journey_id: UUID) -> Response:
        """Forget it; its photos keep their own ledgers."""
        user = user_of(request)
        row = editable(locations.journeys(user), locations.journeys_editable(user), journey_id)
        journey_forget(journey=row, by=user)
        return Response(status=204)
