"""/alerts: new photos that look like a protected person."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.models import Alert
from webapp.selectors import alerts
from webapp.services.alerts import alerts_dismiss


class AlertQuery(serializers.Serializer):
    all = serializers.BooleanField(default=False)


class AlertOutput(serializers.ModelSerializer):
    photo = serializers.UUIDField(source="face.photo_id")
    distance = serializers.FloatField(
        help_text="The median distance to the true faces, in the space of the model that "
        "measured them; alerts are nearer than one pair of strangers in a thousand comes."
    )

    class Meta:
        model = Alert
        fields = ("id", "person", "face", "photo", "distance", "created", "seen")


class AlertList(ListAPIView):
    serializer_class = AlertOutput

    def get_queryset(self) -> QuerySet[Alert]:
        query = AlertQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        of = alerts.visible_to if query.validated_data["all"] else alerts.unseen_for
        return of(self.request.user)

    @extend_schema(
        parameters=[OpenApiParameter("all", OpenApiTypes.BOOL, description="Dismissed ones too.")]
    )
    def get(self, request: Request) -> Response:
        """New photos, in galleries that you may see, with a face like somebody's whom you
        protect; newest first."""
        return self.list(request)


class AlertDismiss(APIView):
    @extend_schema(request=None, responses=AlertOutput)
    def post(self, request: Request, alert_id: UUID) -> Response:
        """Say that you know."""
        alert = get_object_or_404(alerts.visible_to(request.user), pk=alert_id)
        alerts_dismiss(alerts=[alert])
        alert.refresh_from_db()
        return Response(AlertOutput(alert).data)
