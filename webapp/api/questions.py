"""/questions: asking about photos, and what was answered; /prompts: what is known by name."""

from __future__ import annotations

from typing import Any
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

from ml.prompting.library import QUESTIONS
from ml.prompting.pipeline import AskOptions
from ml.types import Form, Origin
from webapp.api.guards import editable, user_of
from webapp.api.jobs import WAIT, JobOutput, job_answer, photos_named, wait_asked, waited
from webapp.jobs.options import parse
from webapp.models import Question
from webapp.selectors import questions
from webapp.selectors.questions import Said, answers_of
from webapp.services.questions import question_delete, questions_ask


class QuestionQuery(serializers.Serializer):
    photo = serializers.UUIDField(required=False)
    job = serializers.UUIDField(required=False)


class QuestionInput(serializers.Serializer):
    photos = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=500,
        help_text="Of one gallery. Several are asked by a job each, below a parent.",
    )  # fmt: skip
    options = serializers.DictField(
        help_text="As /capabilities describes them for the kind `ask`: `question` or `questions`, "
        "and of whom."
    )


class RestsOnOutput(serializers.Serializer):
    model = serializers.CharField()
    name = serializers.CharField(help_text="Of a reading.")
    value = serializers.CharField(help_text="As it was when this was answered.")
    face = serializers.UUIDField(allow_null=True)


class AnswerOutput(serializers.Serializer):
    """One face's, the photo's, or of a person described in words."""

    face = serializers.UUIDField(allow_null=True, help_text="Null for the photo.")
    described = serializers.CharField(source="told.described")
    form = serializers.ChoiceField(list(Form), source="told.question.form")
    value = serializers.SerializerMethodField("value_of")
    interval = serializers.ListField(
        child=serializers.FloatField(), source="told.interval", allow_null=True
    )
    unit = serializers.CharField(source="told.question.unit")
    boxes = serializers.SerializerMethodField()
    odds = serializers.DictField(
        child=serializers.FloatField(), source="told.odds", help_text="Choice -> how likely, 0..1."
    )
    score = serializers.FloatField(source="told.score", allow_null=True)
    agreement = serializers.FloatField(
        source="told.agreement", allow_null=True,
        help_text="Share of the ways it was asked in that got the same answer.",
    )  # fmt: skip
    declined = serializers.CharField(
        source="told.declined", help_text="Why it was not answered; empty when it was."
    )
    invalid = serializers.CharField(
        source="told.invalid", help_text="What came back instead of an answer."
    )
    origin = serializers.ChoiceField(list(Origin), source="told.origin")
    sources = RestsOnOutput(many=True)

    @extend_schema_field(serializers.JSONField(allow_null=True))
    def value_of(self, said: Said) -> Any:
        """A text, a number, true or false, or a list of texts; null where there is none."""
        value = said.told.value
        return list(value) if isinstance(value, tuple) else value

    def get_boxes(self, said: Said) -> list[list[float]]:
        """Left, top, right and bottom, in pixels of the upright photo."""
        return [list(box.to_json()) for box in said.told.boxes]


class QuestionOutput(serializers.ModelSerializer):
    answers = serializers.SerializerMethodField()
    options = serializers.SerializerMethodField()

    class Meta:
        model = Question
        fields = (
            *("id", "photo", "job", "text", "prompt", "version", "engine", "host", "options"),
            *("created", "answers"),
        )

    @extend_schema_field(AnswerOutput(many=True))
    def get_answers(self, question: Question) -> Any:
        """But those of sensitive kinds that are turned off."""
        return AnswerOutput(answers_of(question), many=True).data

    @extend_schema_field(serializers.JSONField())
    def get_options(self, question: Question) -> dict[str, Any]:
        """As it was asked for, with this question alone."""
        return dict(question.options)


class PromptOutput(serializers.Serializer):
    name = serializers.CharField()
    version = serializers.IntegerField()
    text = serializers.CharField()
    form = serializers.ChoiceField(list(Form))
    choices = serializers.ListField(child=serializers.CharField())
    unit = serializers.CharField()
    of_face = serializers.BooleanField(help_text="It is asked of each face.")
    sensitive = serializers.CharField(
        help_text="Asked only where this kind is turned on; empty for none."
    )


class PromptList(APIView):
    @extend_schema(responses=PromptOutput(many=True))
    def get(self, request: Request) -> Response:
        """The questions that can be asked by name, with their versions."""
        return Response(PromptOutput(QUESTIONS.values(), many=True).data)


class QuestionList(ListAPIView):
    serializer_class = QuestionOutput

    def get_queryset(self) -> QuerySet[Question]:
        query = QuestionQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        rows = questions.visible_to(self.request.user)
        if photo := asked.get("photo"):
            rows = rows.filter(photo=photo)
        job = asked.get("job")
        return rows.filter(job=job) | rows.filter(job__parent=job) if job else rows

    @extend_schema(
        parameters=[
            OpenApiParameter("photo", OpenApiTypes.UUID),
            OpenApiParameter("job", OpenApiTypes.UUID, description="Also a parent of several."),
        ]
    )
    def get(self, request: Request) -> Response:
        """What was asked and answered, newest first."""
        return self.list(request)

    @extend_schema(
        request=QuestionInput, parameters=[WAIT], responses={201: JobOutput, 202: JobOutput}
    )
    def post(self, request: Request) -> Response:
        """Ask. 201 when it was answered while you waited, else 202 with the job's address; then
        read `/questions?job=`."""
        user, seconds = user_of(request), wait_asked(request)
        data = QuestionInput(data=request.data)
        data.is_valid(raise_exception=True)
        photos = photos_named(user, data.validated_data["photos"])
        asked = parse(AskOptions, data.validated_data["options"])
        job = questions_ask(gallery=photos[0].gallery, photos=photos, by=user, asked=asked)
        return job_answer(request, waited(job, seconds), closed=201)


class QuestionDetail(APIView):
    @extend_schema(responses=QuestionOutput)
    def get(self, request: Request, question_id: UUID) -> Response:
        """One question with its answers."""
        row = get_object_or_404(questions.visible_to(request.user), pk=question_id)
        return Response(QuestionOutput(row).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, question_id: UUID) -> Response:
        """Forget the question and its answers."""
        user = user_of(request)
        row = editable(questions.visible_to(user), questions.editable_by(user), question_id)
        question_delete(question=row)
        return Response(status=204)
