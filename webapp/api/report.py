"""ml.types.Report as the schema documents it; the values write themselves as JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from webapp.api.readings import ValueField

ABOUT = "Index into `faces`; null for the photo as a whole."


def numbers(**options: Any) -> serializers.ListField:
    return serializers.ListField(child=serializers.FloatField(), **options)


class PointsJSON(serializers.Serializer):
    scheme = serializers.CharField()
    xy = serializers.ListField(child=numbers())


class ReportFace(serializers.Serializer):
    box = numbers(help_text="Left, top, right, bottom in pixels of the upright photo.")
    score = serializers.FloatField(help_text="The detector's confidence, 0 to 1.")
    points = PointsJSON(allow_null=True)


class ReportReading(serializers.Serializer):
    model = serializers.CharField()
    name = serializers.CharField()
    value = ValueField(help_text="Null when it was not measured; `note` says why.")
    score = serializers.FloatField(allow_null=True, help_text="0 to 1.")
    face = serializers.IntegerField(allow_null=True, help_text=ABOUT)
    unit = serializers.CharField()
    interval = numbers(allow_null=True, help_text="Low and high end, in `unit`.")
    note = serializers.CharField()
    other = serializers.IntegerField(
        allow_null=True, help_text="Index of a second face, where the fact is about two."
    )


class ReportMark(serializers.Serializer):
    model = serializers.CharField()
    layer = serializers.CharField()
    kind = serializers.CharField(help_text="box, points, line, mask or heat")
    paths = serializers.ListField(child=serializers.ListField(child=numbers()))
    face = serializers.IntegerField(allow_null=True, help_text=ABOUT)
    raster = serializers.CharField(help_text="PNG as base64, for masks and heats.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not Field.label
    tone = serializers.CharField()
    on = serializers.BooleanField()


class ReportArtifact(serializers.Serializer):
    model = serializers.CharField()
    kind = serializers.CharField()
    media_type = serializers.CharField()
    path = serializers.CharField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    face = serializers.IntegerField(allow_null=True, help_text=ABOUT)
    facts = serializers.DictField()


class SpaceJSON(serializers.Serializer):
    model = serializers.CharField()
    digest = serializers.CharField()
    recipe = serializers.IntegerField()


class ReportEmbedding(serializers.Serializer):
    face = serializers.IntegerField()
    space = SpaceJSON(help_text="Only embeddings of the same space may be compared.")
    vector = serializers.CharField(help_text="Little-endian float32 as base64.")


class ReportFinding(serializers.Serializer):
    model = serializers.CharField()
    name = serializers.CharField(help_text="What was looked at.")
    value = serializers.CharField(
        allow_null=True, help_text="Null when it could not be looked at; `note` says why."
    )
    claim = serializers.CharField(help_text="edited, generated or identity")
    weight = serializers.FloatField(
        allow_null=True,
        help_text="Natural logarithm of how much likelier the finding is where the claim holds; "
        "below 0 it speaks against it; null where nobody knows.",
    )
    reliability = serializers.CharField(help_text="How good the signal is known to be.")
    face = serializers.IntegerField(allow_null=True, help_text=ABOUT)
    layer = serializers.CharField(help_text="The layer of marks that shows it.")
    note = serializers.CharField()
    group = serializers.CharField(help_text="Of findings of one group only the strongest counts.")


class ReportRun(serializers.Serializer):
    model = serializers.CharField()
    task = serializers.CharField()
    digest = serializers.CharField()
    recipe = serializers.IntegerField()
    seconds = serializers.FloatField()
    sensitive = serializers.CharField(help_text="What it claims of a person; empty for nothing.")


class ReportOutput(serializers.Serializer):
    """All that was found out about a photo."""

    size = serializers.ListField(
        child=serializers.IntegerField(), help_text="Width and height of the upright photo."
    )
    faces = ReportFace(many=True)
    readings = ReportReading(many=True)
    marks = ReportMark(many=True)
    artifacts = ReportArtifact(many=True)
    embeddings = ReportEmbedding(many=True)
    findings = ReportFinding(many=True)
    runs = ReportRun(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class NamedFace(ReportFace):
    id = serializers.UUIDField()
    name = serializers.CharField(help_text="Whose face it is; empty for nobody named.")


class PhotoReportOutput(ReportOutput):
    faces = NamedFace(many=True)
