"""/capabilities: what this installation can do."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ml import decode, pipelines, registry
from ml.pipelines import Pipeline
from ml.registry import ModelCard
from webapp import chores
from webapp.api.guards import user_of
from webapp.api.jobs import LONGEST_WAIT_S
from webapp.jobs import options
from webapp.models import User
from webapp.selectors.capabilities import accepted, installed
from webapp.selectors.jobs import ANSWERS
from webapp.services.jobs import Work


class TaskOutput(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()
    models = serializers.ListField(child=serializers.CharField(), help_text="Best first.")


class FigureOutput(serializers.Serializer):
    metric = serializers.CharField()
    value = serializers.CharField()
    data = serializers.CharField()  # type: ignore[assignment]  # a field, not Serializer.data
    date = serializers.CharField()
    command = serializers.CharField()


class ModelOutput(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()
    task = serializers.CharField()
    digest = serializers.CharField(help_text="SHA-256 of the weights.")
    recipe = serializers.IntegerField()
    installed = serializers.BooleanField()
    accepted = serializers.BooleanField(help_text="An administrator accepted its licence.")
    commercial_use = serializers.CharField(help_text="yes, no or unknown")
    code_licence = serializers.CharField()
    weights_licence = serializers.CharField()
    sensitive = serializers.CharField(help_text="What it claims of a person; empty for nothing.")
    devices = serializers.ListField(child=serializers.CharField())
    needs = serializers.ListField(child=serializers.CharField(), help_text="Tasks run before it.")
    memory_mb = serializers.IntegerField()
    paper = serializers.CharField()
    known_limits = serializers.CharField()
    measured = FigureOutput(many=True)


class JobKindOutput(serializers.Serializer):
    kind = serializers.CharField()
    title = serializers.CharField()
    options = serializers.DictField(help_text="JSON Schema (2020-12) of the job's options.")
    shareable = serializers.BooleanField(help_text="Whether /shares takes it as a recipe.")


class LimitsOutput(serializers.Serializer):
    upload_bytes = serializers.IntegerField()
    pixels = serializers.IntegerField()
    wait_seconds = serializers.IntegerField()


class CapabilitiesOutput(serializers.Serializer):
    tasks = TaskOutput(many=True)
    models = ModelOutput(many=True)
    jobs = JobKindOutput(many=True)
    formats = serializers.ListField(child=serializers.CharField(), help_text="Media types.")
    limits = LimitsOutput()


class Capabilities(APIView):
    @extend_schema(responses=CapabilitiesOutput)
    def get(self, request: Request) -> Response:
        """Tasks, models, kinds of job with their options, formats and limits."""
        here, agreed = installed(), accepted()
        cards = registry.cards()
        data = {
            "tasks": [_task(task, cards) for task in registry.tasks().values()],
            "models": [_model(card, card.name in here, card.name in agreed) for card in cards],
            "jobs": [_kind(work) for work in _kinds(user_of(request))],
            "formats": [media_type for media_type, _ in decode.FORMATS.values()],
            "limits": {
                "upload_bytes": settings.MAX_UPLOAD_BYTES,
                "pixels": settings.MAX_PIXELS,
                "wait_seconds": LONGEST_WAIT_S,
            },
        }
        return Response(CapabilitiesOutput(data).data)


def _task(task: registry.Task[Any], cards: list[ModelCard]) -> dict[str, Any]:
    models = [card.name for card in cards if card.task == task]
    return {"name": task.name, "title": task.title, "models": models}


def _model(card: ModelCard, is_here: bool, is_accepted: bool) -> dict[str, Any]:
    plain = ("name", "title", "digest", "recipe", "code_licence", "weights_licence", "memory_mb")
    return {name: getattr(card, name) for name in (*plain, "paper", "known_limits")} | {
        "task": card.task.name,
        "installed": is_here,
        "accepted": is_accepted,
        "commercial_use": card.commercial_use.value,
        "sensitive": card.sensitive.value,
        "devices": [device.value for device in card.devices],
        "needs": [task.name for task in card.needs],
        "measured": [asdict(figure) for figure in card.measured],
    }


def _kinds(user: User) -> list[Work]:
    """What the user may submit; /analyse and /made-here alone ask for answers that are not kept."""
    own = [chore for chore in chores.kinds() if user.is_superuser or not chore.by_administrators]
    return [*(kind for kind in pipelines.kinds() if kind.kind not in ANSWERS), *own]


def _kind(work: Work) -> dict[str, Any]:
    shareable = isinstance(work, Pipeline) and work.shareable
    about = {"kind": work.kind, "title": work.title, "shareable": shareable}
    return about | {"options": options.schema(work.options)}
