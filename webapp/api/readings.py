"""Readings as the API shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from webapp.selectors.results import Group


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string"}], "nullable": True})
class ValueField(serializers.Field):
    """A number, a word, or null for what was not measured."""

    def to_representation(self, value: float | str) -> float | str:
        return value

    def to_internal_value(self, data: Any) -> Any:
        raise NotImplementedError("Readings are only read.")


class ReadingOutput(serializers.Serializer):
    model = serializers.CharField()
    task = serializers.CharField()
    name = serializers.CharField()
    value = ValueField(help_text="Null when it was not measured; `note` says why.")
    score = serializers.FloatField(allow_null=True, help_text="The model's confidence, 0 to 1.")
    unit = serializers.CharField()
    interval = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="Low and high end, in `unit`."
    )
    note = serializers.CharField()
    other = serializers.UUIDField(
        allow_null=True, help_text="A second face, where the fact is about two."
    )


def readings(groups: tuple[Group, ...]) -> list[dict[str, Any]]:
    """Every reading of the groups with its task's name."""
    return [
        {
            "model": reading.model,
            "task": group.run.task,
            "name": reading.name,
            "value": reading.value,
            "score": reading.score,
            "unit": reading.unit,
            "interval": reading.interval,
            "note": reading.note,
            "other": group.other_id(reading),
        }
        for group in groups
        for reading in group.readings
    ]
