"""/people: who is named, who of them is protected, and the photos that truly show them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.api.guards import user_of
from webapp.models import Consent, Person
from webapp.selectors import faces, people, protection
from webapp.services.consents import consent_record, consent_withdraw
from webapp.services.people import (
    enrolment_add,
    enrolment_remove,
    person_consent_withdraw,
    person_protect,
)

RECORDED = tuple(one.value for one in Consent.Purpose if one != Consent.Purpose.PROTECTION)
PURPOSE = OpenApiParameter(
    "purpose", OpenApiTypes.STR, OpenApiParameter.PATH, enum=RECORDED, description="For what."
)


class PersonQuery(serializers.Serializer):
    protected = serializers.BooleanField(required=False, allow_null=True, default=None)


class ConsentInput(serializers.Serializer):
    basis = serializers.ChoiceField(choices=Consent.Basis.choices)
    statement = serializers.CharField(
        max_length=300,
        default="",
        allow_blank=True,
        help_text="Who agreed, and how; needed unless it is yourself.",
    )
    expires = serializers.DateField(
        default=None,
        allow_null=True,
        help_text="The last day; needed in an organisation's gallery.",
    )


class FacesInput(serializers.Serializer):
    faces = serializers.ListField(
        child=serializers.UUIDField(),
        min_length=1,
        max_length=protection.MOST,
        help_text="Faces that bear the person's name, on photos that are known to be true.",
    )


class ConsentOutput(serializers.ModelSerializer):
    purpose = serializers.CharField()
    basis = serializers.CharField(help_text="self, agreed or guardian")

    class Meta:
        model = Consent
        fields = ("purpose", "basis", "statement", "expires", "created")


class TrueFaceOutput(serializers.Serializer):
    face = serializers.UUIDField(source="face.pk")
    photo = serializers.UUIDField(source="face.photo_id")
    measured = serializers.BooleanField()
    apart = serializers.BooleanField(
        allow_null=True,
        help_text="Whether it looks unlike most of the others; null: too few are measured.",
    )


class PersonOutput(serializers.ModelSerializer):
    protected = serializers.BooleanField()

    class Meta:
        model = Person
        fields = ("id", "gallery", "name", "protected", "created")


class PersonDetailOutput(PersonOutput):
    consent = serializers.SerializerMethodField()
    faces = serializers.SerializerMethodField()
    enough = serializers.SerializerMethodField()
    consents = serializers.SerializerMethodField()

    class Meta:
        model = Person
        fields = (*PersonOutput.Meta.fields, "consent", "faces", "enough", "consents")

    @extend_schema_field(ConsentOutput(allow_null=True))
    def get_consent(self, person: Person) -> Any:
        given = people.consent_of(person)
        return None if given is None else ConsentOutput(given).data

    @extend_schema_field(ConsentOutput(many=True))
    def get_consents(self, person: Person) -> Any:
        """All that holds now, one a purpose."""
        given = person.consents.filter(Consent.in_force()).order_by("purpose")
        return ConsentOutput(given, many=True).data

    @extend_schema_field(TrueFaceOutput(many=True))
    def get_faces(self, person: Person) -> Any:
        """Those that truly show the person, in the order they were added."""
        return TrueFaceOutput(protection.true_faces(person), many=True).data

    def get_enough(self, person: Person) -> bool:
        """Whether photos can be compared with them."""
        return protection.enrolled(person).count() >= protection.ENOUGH


class PersonList(ListAPIView):
    serializer_class = PersonOutput

    def get_queryset(self) -> QuerySet[Person]:
        query = PersonQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        wanted = query.validated_data["protected"]
        if wanted is None:
            return people.visible_to(self.request.user)
        of = people.protected_for if wanted else people.unprotected_for
        return of(self.request.user)

    @extend_schema(parameters=[OpenApiParameter("protected", OpenApiTypes.BOOL)])
    def get(self, request: Request) -> Response:
        """Who is named in the galleries that you may change."""
        return self.list(request)


class PersonDetail(APIView):
    @extend_schema(responses=PersonDetailOutput)
    def get(self, request: Request, person_id: UUID) -> Response:
        """One person, what they agreed to, and their true faces."""
        return detail(person_for(request, person_id))


class PersonConsent(APIView):
    @extend_schema(request=ConsentInput, responses=PersonDetailOutput)
    def put(self, request: Request, person_id: UUID) -> Response:
        """Protect the person: record who agreed that photos said to show them are compared."""
        person = person_for(request, person_id)
        data = ConsentInput(data=request.data)
        data.is_valid(raise_exception=True)
        person_protect(person=person, by=user_of(request), **data.validated_data)
        return detail(person_for(request, person_id))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, person_id: UUID) -> Response:
        """Withdraw the consent: true faces and alerts are erased at once."""
        person_consent_withdraw(person=person_for(request, person_id), by=user_of(request))
        return Response(status=204)


class PersonConsents(APIView):
    @extend_schema(parameters=[PURPOSE], request=ConsentInput, responses=PersonDetailOutput)
    def put(self, request: Request, person_id: UUID, purpose: str) -> Response:
        """Record that the person agreed to that purpose, and to no other."""
        person, asked = person_for(request, person_id), purpose_named(purpose)
        data = ConsentInput(data=request.data)
        data.is_valid(raise_exception=True)
        consent_record(person=person, by=user_of(request), purpose=asked, **data.validated_data)
        return detail(person_for(request, person_id))

    @extend_schema(parameters=[PURPOSE], responses={204: None})
    def delete(self, request: Request, person_id: UUID, purpose: str) -> Response:
        """Take it back; with `sharing` the links that show the person end at once."""
        person, asked = person_for(request, person_id), purpose_named(purpose)
        consent_withdraw(person=person, by=user_of(request), purpose=asked)
        return Response(status=204)


class PersonFaces(APIView):
    @extend_schema(request=FacesInput, responses=PersonDetailOutput)
    def post(self, request: Request, person_id: UUID) -> Response:
        """Add faces that truly show the person."""
        person, user = person_for(request, person_id), user_of(request)
        data = FacesInput(data=request.data)
        data.is_valid(raise_exception=True)
        asked = set(data.validated_data["faces"])
        found = list(faces.editable_by(user).filter(pk__in=asked))
        if len(found) < len(asked):
            raise serializers.ValidationError({"faces": ["Some of these are not there."]})
        enrolment_add(person=person, faces=found, by=user)
        return detail(person)


class PersonFace(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, person_id: UUID, face_id: UUID) -> Response:
        """Take a face out of the true ones; the photo and the name stay."""
        person = person_for(request, person_id)
        face = get_object_or_404(protection.enrolled(person), pk=face_id)
        enrolment_remove(person=person, face=face, by=user_of(request))
        return Response(status=204)


def person_for(request: Request, person_id: UUID) -> Person:
    """The person, where the user may protect them.

    Raises:
        Http404: they may not.
    """
    return get_object_or_404(people.visible_to(request.user), pk=person_id)


def purpose_named(word: str) -> Consent.Purpose:
    """The purpose, which is not that of protection: /consent does more.

    Raises:
        Http404: there is no such purpose.
    """
    if word not in RECORDED:
        raise Http404
    return Consent.Purpose(word)


def detail(person: Person) -> Response:
    return Response(PersonDetailOutput(person).data)
