"""/analyse: one picture in, one report out, nothing kept."""

from __future__ import annotations

import shutil
from typing import IO, Any, cast

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.api.galleries import KINDS
from webapp.api.guards import gallery_for, user_of
from webapp.api.jobs import LONGEST_WAIT_S
from webapp.api.problems import Busy
from webapp.api.report import ReportOutput
from webapp.services.reports import Late, report_make
from webapp.services.uploads import scratch_folder, upload_write

RETRY_S = 10


class PictureParser(BaseParser):
    """A picture as the whole body."""

    media_type = "image/*"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None
    ) -> DataAndFiles:
        file = TemporaryUploadedFile("body", media_type or "", 0, None)
        shutil.copyfileobj(stream, file)
        file.size = file.tell()
        file.seek(0)
        return DataAndFiles(QueryDict(), MultiValueDict({"file": [file]}))


class AnalyseOptionsInput(serializers.Serializer):
    tasks = serializers.CharField(
        default="", allow_blank=True, help_text="Task names by comma; empty for all allowed."
    )
    sensitive = serializers.CharField(
        default="", allow_blank=True, help_text=f"Sensitive kinds to read: {', '.join(KINDS)}."
    )
    embeddings = serializers.BooleanField(default=False, help_text="Give the faces as vectors.")

    def validate_tasks(self, words: str) -> list[str]:
        return [word.strip() for word in words.split(",") if word.strip()]

    validate_sensitive = validate_tasks


class AnalyseInput(AnalyseOptionsInput):
    file = serializers.FileField(allow_empty_file=True, max_length=None)


class Analyse(APIView):
    parser_classes = [MultiPartParser, PictureParser]

    @extend_schema(
        parameters=[AnalyseOptionsInput],
        request={"multipart/form-data": AnalyseInput, "image/*": OpenApiTypes.BINARY},
        responses=ReportOutput,
    )
    def post(self, request: Request) -> Response:
        """Look at one picture and forget it. Options are read from the form or the address."""
        form = cast(QueryDict, request.data)
        data = AnalyseInput(data={**request.query_params.dict(), **form.dict()})
        try:
            data.is_valid(raise_exception=True)
            options = dict(data.validated_data)
            return Response(report(request, options.pop("file"), options))
        finally:
            for file in request.FILES.values():
                file.close()  # which deletes it, now and not when Python gets round to it


def report(request: Request, upload: UploadedFile, options: dict[str, Any]) -> Any:
    """The picture's report as JSON.

    Raises:
        Busy: no worker had time; the picture is forgotten all the same.
    """
    user = user_of(request)
    with scratch_folder() as scratch:
        file = scratch / "upload"
        upload_write(upload=upload, to=file)
        try:
            return report_make(
                gallery=gallery_for(user),
                by=user,
                file=file,
                options=options,
                seconds=LONGEST_WAIT_S,
            )
        except Late:
            raise Busy(RETRY_S) from None
