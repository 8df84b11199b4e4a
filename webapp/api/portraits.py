"""/portraits: asking for portraits, deciding on them, their receipts; /made-here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ml.generation.generate_asked import engines
from ml.generation.generate_files import KIND as GENERATE
from ml.generation.portraits_pipeline import KIND
from webapp.api.guards import editable, user_of
from webapp.api.jobs import WAIT, JobOutput, job_answer, photos_named, wait_asked, waited
from webapp.api.people import person_for
from webapp.models import Adulthood, Portrait
from webapp.selectors import portraits
from webapp.services.animations import animation_submit
from webapp.services.artifacts import artifact_delete
from webapp.services.jobs import job_submit
from webapp.services.made_here import made_here_ask
from webapp.services.portraits import (
    adult_declare,
    adult_withdraw,
    portrait_decide,
    portraits_more,
)

STATES = Portrait.State.choices


class PortraitQuery(serializers.Serializer):
    photo = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=STATES, required=False)


class PortraitInput(serializers.Serializer):
    photo = serializers.UUIDField()
    options = serializers.DictField(
        help_text="As /capabilities describes them for the kind `portraits`, or for the kind "
        "`generate` where `engine` names a back end that follows words; `faces` holds the id of "
        "the one face, whose person has agreed."
    )


class StateInput(serializers.Serializer):
    state = serializers.ChoiceField(
        choices=STATES, help_text="`discarded` is erased after a day; `new` takes that back."
    )


class PortraitOutput(serializers.ModelSerializer):
    photo = serializers.UUIDField(source="artifact.run.photo_id")
    face = serializers.UUIDField(source="artifact.face_id", allow_null=True)
    file = serializers.UUIDField(source="artifact_id", help_text="For /artifacts/{id}.")
    state = serializers.ChoiceField(choices=STATES)
    rank = serializers.IntegerField(help_text="Among those of its job; 1 is best.")

    class Meta:
        model = Portrait
        fields = ("id", "photo", "face", "job", "file", "state", "rank", "created")


class ReceiptOutput(PortraitOutput):
    receipt = serializers.SerializerMethodField()

    class Meta:
        model = Portrait
        fields = (*PortraitOutput.Meta.fields, "receipt")

    @extend_schema_field(serializers.JSONField())
    def get_receipt(self, portrait: Portrait) -> dict[str, Any]:
        """How it was made, of what, by what consent, and what judges found."""
        mine = portraits.editable_by(self.context["user"]).filter(pk=portrait.pk).exists()
        return portraits.receipt_of(portrait, editor=mine)


class PortraitList(ListAPIView):
    serializer_class = PortraitOutput

    def get_queryset(self) -> QuerySet[Portrait]:
        query = PortraitQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        rows = portraits.visible_to(self.request.user)
        if photo := query.validated_data.get("photo"):
            rows = rows.filter(artifact__run__photo=photo)
        state = query.validated_data.get("state")
        return rows.filter(state=state) if state else rows

    @extend_schema(
        parameters=[
            OpenApiParameter("photo", OpenApiTypes.UUID),
            OpenApiParameter("state", OpenApiTypes.STR, enum=Portrait.State.values),
        ]
    )
    def get(self, request: Request) -> Response:
        """What was made, newest first, of each job the best first."""
        return self.list(request)

    @extend_schema(
        request=PortraitInput, parameters=[WAIT], responses={201: JobOutput, 202: JobOutput}
    )
    def post(self, request: Request) -> Response:
        """Ask for portraits. 201 when they were made while you waited, else 202 with the job's
        address; then read `/portraits?photo=`. A refusal names its rule."""
        user, seconds = user_of(request), wait_asked(request)
        data = PortraitInput(data=request.data)
        data.is_valid(raise_exception=True)
        photos = photos_named(user, [data.validated_data["photo"]])
        options = data.validated_data["options"]
        kind = GENERATE if options.get("engine") in engines() else KIND
        job = job_submit(
            kind=kind, gallery=photos[0].gallery, photos=photos, by=user, options=options
        )
        return job_answer(request, waited(job, seconds), closed=201)


class AnimationInput(serializers.Serializer):
    photo = serializers.UUIDField()
    motion = serializers.FileField(help_text="A CSV of ARKit's coefficients, a line a frame.")
    options = serializers.JSONField(
        default=dict,
        help_text="As /capabilities describes them for the kind `animation`; `faces` holds the id "
        "of the one face.",
    )

    def validate_options(self, options: Any) -> dict[str, Any]:
        if not isinstance(options, dict):
            raise serializers.ValidationError("Give an object.")
        return options


class AnimationList(APIView):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        request={"multipart/form-data": AnimationInput},
        parameters=[WAIT],
        responses={201: JobOutput, 202: JobOutput},
    )
    def post(self, request: Request) -> Response:
        """Have a face moved as another was recorded; then read `/portraits?photo=`."""
        user, seconds = user_of(request), wait_asked(request)
        data = AnimationInput(data=request.data)
        data.is_valid(raise_exception=True)
        said = data.validated_data
        (photo,) = photos_named(user, [said["photo"]])
        job = animation_submit(photo=photo, by=user, options=said["options"], motion=said["motion"])
        return job_answer(request, waited(job, seconds), closed=201)


class PortraitDetail(APIView):
    @extend_schema(responses=ReceiptOutput)
    def get(self, request: Request, portrait_id: UUID) -> Response:
        """One portrait with its receipt."""
        row = get_object_or_404(portraits.visible_to(request.user), pk=portrait_id)
        return Response(ReceiptOutput(row, context={"user": request.user}).data)

    @extend_schema(request=StateInput, responses=PortraitOutput)
    def patch(self, request: Request, portrait_id: UUID) -> Response:
        """Keep it, discard it, or take that back."""
        row, data = editable_one(request, portrait_id), StateInput(data=request.data)
        data.is_valid(raise_exception=True)
        state = Portrait.State(data.validated_data["state"])
        portrait_decide(portrait=row, state=state, by=user_of(request))
        row.refresh_from_db(fields=["state"])
        return Response(PortraitOutput(row).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, portrait_id: UUID) -> Response:
        """Erase it at once."""
        row = editable_one(request, portrait_id)
        artifact_delete(artifact=row.artifact, by=user_of(request))
        return Response(status=204)


class PortraitMore(APIView):
    @extend_schema(request=None, parameters=[WAIT], responses={201: JobOutput, 202: JobOutput})
    def post(self, request: Request, portrait_id: UUID) -> Response:
        """Ask for variations around this one."""
        row, seconds = editable_one(request, portrait_id), wait_asked(request)
        job = portraits_more(portrait=row, by=user_of(request))
        return job_answer(request, waited(job, seconds), closed=201)


class AdultInput(serializers.Serializer):
    statement = serializers.CharField(max_length=300, help_text="How that is known; a sentence.")


class AdultOutput(serializers.ModelSerializer):
    class Meta:
        model = Adulthood
        fields = ("statement", "created")


class PersonAdult(APIView):
    @extend_schema(request=AdultInput, responses=AdultOutput)
    def put(self, request: Request, person_id: UUID) -> Response:
        """Declare the person to be 18 or older: for portraits that outranks how old they look."""
        person, data = person_for(request, person_id), AdultInput(data=request.data)
        data.is_valid(raise_exception=True)
        record = adult_declare(person=person, by=user_of(request), **data.validated_data)
        return Response(AdultOutput(record).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, person_id: UUID) -> Response:
        """Take that back: looks are asked again."""
        adult_withdraw(person=person_for(request, person_id), by=user_of(request))
        return Response(status=204)


class FileInput(serializers.Serializer):
    file = serializers.FileField()


class TraceOutput(serializers.Serializer):
    by = serializers.CharField(help_text="`digest` or `signature`.")
    made = serializers.BooleanField(allow_null=True, help_text="Null: it cannot tell.")
    words = serializers.CharField()


class MadeHereOutput(serializers.Serializer):
    made = serializers.BooleanField(
        allow_null=True,
        help_text="True: it was made here. Null: nothing says so, nor the contrary.",
    )
    traces = TraceOutput(many=True)
    portrait = serializers.UUIDField(
        source="portrait.pk", allow_null=True, default=None, help_text="Where you may see it."
    )


class MadeHere(APIView):
    parser_classes = (MultiPartParser,)

    @extend_schema(request={"multipart/form-data": FileInput}, responses=MadeHereOutput)
    def post(self, request: Request) -> Response:
        """Whether this installation made the file: by its digest and by what is signed into it.
        The file is not kept."""
        data = FileInput(data=request.data)
        data.is_valid(raise_exception=True)
        answer = made_here_ask(upload=data.validated_data["file"], by=user_of(request))
        return Response(MadeHereOutput(answer).data)


def editable_one(request: Request, portrait_id: UUID) -> Portrait:
    user = user_of(request)
    return editable(portraits.visible_to(user), portraits.editable_by(user), portrait_id)
