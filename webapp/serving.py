"""Files of photos as responses: never cached without asking, never a page of their own."""

from __future__ import annotations

from django.db.models.fields.files import FieldFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from webapp.models import Artifact, Photo
from webapp.selectors.trust import authority

PEM = "application/x-pem-file"
MEDIA_TYPES = {"webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}


def display_file(request: HttpRequest, photo: Photo) -> HttpResponseBase:
    """The re-encoded, upright picture shown in the photo's stead, 2048 px at most."""
    return _picture(request, photo.display)


def thumbnail_file(request: HttpRequest, photo: Photo) -> HttpResponseBase:
    """The same, 480 px at most."""
    return _picture(request, photo.thumbnail)


def original_file(photo: Photo) -> HttpResponse:
    """The bytes as uploaded, to be saved, not shown: nobody has made them harmless."""
    return attachment(_bytes(photo.original), photo.media_type, photo.name)


def artifact_file(artifact: Artifact) -> HttpResponse:
    """A made file, to be saved."""
    name = f"{artifact.kind}-{artifact.sha256[:8]}.{_extension(artifact.file)}"
    return attachment(_bytes(artifact.file), artifact.media_type, name)


def authority_file() -> HttpResponse:
    """The certificate that pictures made here are signed with; its key stays where it is."""
    return attachment(authority().read_bytes(), PEM, "prosopa-authority.pem")


def attachment(content: bytes | str, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


def _picture(request: HttpRequest, file: FieldFile) -> HttpResponseBase:
    """Browsers may keep it, but must ask each time whether it is still theirs to show."""
    etag = f'"{file.name}"'  # a photo's files never change
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    media_type = MEDIA_TYPES[_extension(file)]
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    return HttpResponse(_bytes(file), content_type=media_type, headers=headers)


def _extension(file: FieldFile) -> str:
    return str(file.name).rpartition(".")[2]


def _bytes(file: FieldFile) -> bytes:
    with file.open("rb") as opened:
        return bytes(opened.read())
