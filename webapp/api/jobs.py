"""/jobs: asking for work, the same way for every kind, and watching it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.api.guards import editable, gallery_for, user_of
from webapp.jobs import previews
from webapp.models import Job, Photo, User
from webapp.selectors import galleries, jobs, photos
from webapp.services.jobs import job_cancel, job_retry, job_submit

LONGEST_WAIT_S = int(jobs.LONGEST)
WAIT = OpenApiParameter(
    "wait",
    OpenApiTypes.NUMBER,
    description="Seconds to wait for the job to close, 30 at most; 202 when it takes longer.",
)


class WaitQuery(serializers.Serializer):
    wait = serializers.FloatField(min_value=0, max_value=LONGEST_WAIT_S, default=0)


class JobQuery(serializers.Serializer):
    photo = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(choices=Job.Status.values, required=False)


class JobInput(serializers.Serializer):
    kind = serializers.CharField(help_text="One of the kinds that /capabilities names.")
    photos = serializers.ListField(
        child=serializers.UUIDField(), default=list, max_length=500, help_text="Of one gallery."
    )
    gallery = serializers.UUIDField(required=False, help_text="For jobs over no photo.")
    options = serializers.DictField(
        required=False, default=dict, help_text="As /capabilities describes them for the kind."
    )


class JobOutput(serializers.ModelSerializer):
    status = serializers.CharField(
        help_text="queued, running, cancelling, done, failed or cancelled"
    )
    photos = serializers.SerializerMethodField()
    options = serializers.SerializerMethodField()
    notes = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = (
            *("id", "kind", "gallery", "photos", "status", "options", "lane", "attempt"),
            *("done", "total", "message", "error", "notes", "created", "started", "ended"),
        )

    def get_photos(self, job: Job) -> list[UUID]:
        return [photo.pk for photo in job.photos.all()]

    def get_notes(self, job: Job) -> list[str]:
        """On what it made, where that is portraits."""
        return job.notes.splitlines()

    @extend_schema_field(serializers.JSONField())
    def get_options(self, job: Job) -> dict[str, Any]:
        """As it was asked for. `person` is empty for whoever may only look."""
        if not job.options.get("person") or job.gallery_id in self._editable():
            return job.options
        return job.options | {"person": ""}

    def _editable(self) -> set[UUID]:
        """The galleries the asker may change: asked once, for a whole list."""
        context = cast(dict[str, Any], self.context)
        if "editable" not in context:
            rows = galleries.editable_by(context["request"].user)
            context["editable"] = set(rows.values_list("pk", flat=True))
        found: set[UUID] = context["editable"]
        return found


class JobList(ListAPIView):
    serializer_class = JobOutput

    def get_queryset(self) -> QuerySet[Job]:
        query = JobQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        user = self.request.user
        if photo := query.validated_data.get("photo"):
            mine = jobs.visible_to(user).defer("partial").filter(photos=photo)
        else:
            mine = jobs.listed_for(user)
        mine = mine.prefetch_related("photos")
        status = query.validated_data.get("status")
        return mine.filter(status=status) if status else mine

    @extend_schema(
        parameters=[
            OpenApiParameter("photo", OpenApiTypes.UUID),
            OpenApiParameter("status", enum=Job.Status.values),
        ]
    )
    def get(self, request: Request) -> Response:
        """Your galleries' jobs, newest first."""
        return self.list(request)

    @extend_schema(request=JobInput, parameters=[WAIT], responses={201: JobOutput, 202: JobOutput})
    def post(self, request: Request) -> Response:
        """Ask for a job. 201 when it closed while you waited, else 202 with its address."""
        user = user_of(request)
        seconds = wait_asked(request)
        data = JobInput(data=request.data)
        data.is_valid(raise_exception=True)
        asked = data.validated_data
        found = photos_named(user, asked["photos"])
        gallery = found[0].gallery if found else gallery_for(user, asked.get("gallery"))
        job = job_submit(
            kind=asked["kind"], gallery=gallery, photos=found, by=user, options=asked["options"]
        )
        return job_answer(request, waited(job, seconds), closed=201)


class JobDetail(APIView):
    @extend_schema(parameters=[WAIT], responses={200: JobOutput, 202: JobOutput})
    def get(self, request: Request, job_id: UUID) -> Response:
        """One job; with `wait`, 202 when it is still open after that."""
        seconds = wait_asked(request)
        job = get_object_or_404(jobs.visible_to(request.user), pk=job_id)
        job = waited(job, seconds)
        return job_answer(request, job, closed=200) if seconds else Response(told(request, job))


class JobPreview(APIView):
    @extend_schema(responses={(200, "image/webp"): OpenApiTypes.BINARY})
    def get(self, request: Request, job_id: UUID) -> HttpResponse:
        """What a running job shows half made, small; 404 where it shows nothing."""
        job = get_object_or_404(jobs.visible_to(request.user).select_related("gallery"), pk=job_id)
        picture = previews.opened(job)
        if picture is None:
            raise Http404
        return HttpResponse(picture, "image/webp", headers={"Cache-Control": "no-store"})


class JobCancel(APIView):
    @extend_schema(request=None, responses=JobOutput)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Stop the job; one that runs stops at its next step."""
        user = user_of(request)
        job = editable(jobs.visible_to(user), jobs.editable_by(user), job_id)
        return Response(told(request, job_cancel(job=job, by=user)))


class JobRetry(APIView):
    @extend_schema(request=None, responses=JobOutput)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Queue a failed or cancelled job again, with the same models."""
        user = user_of(request)
        job = editable(jobs.visible_to(user), jobs.editable_by(user), job_id)
        return Response(told(request, job_retry(job=job, by=user)))


def photos_named(user: User, ids: list[UUID]) -> list[Photo]:
    """The photos of those ids, which must all be there, be the user's to change, and be of one
    gallery."""
    found = list(photos.visible_to(user).filter(pk__in=ids))
    if len(found) < len(set(ids)):
        raise Http404
    if photos.editable_by(user).filter(pk__in=ids).count() < len(found):
        raise PermissionDenied("You may look at this gallery, but not change it.")
    if len({photo.gallery_id for photo in found}) > 1:
        raise serializers.ValidationError({"photos": ["A job's photos are of one gallery."]})
    return found


def wait_asked(request: Request) -> float:
    """The seconds of `?wait=`."""
    query = WaitQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    return float(query.validated_data["wait"])


def waited(job: Job, seconds: float) -> Job:
    """The job when it has closed, or after so many seconds."""
    return jobs.wait_for(job.pk, seconds) if seconds else job


def told(request: Request, job: Job) -> Any:
    """The job as JSON, as far as the asker may know it."""
    return JobOutput(job, context={"request": request}).data


def job_answer(request: Request, job: Job, *, closed: int) -> Response:
    """The job: with `closed` as the status when it has closed, else 202."""
    status = 202 if job.is_open else closed
    return Response(told(request, job), status, headers={"Location": job_address(job)})


def job_address(job: Job) -> str:
    return reverse("api-job", args=[job.pk])
