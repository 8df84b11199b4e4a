"""Files of photos as responses: never cached without asking, never a page of their own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import IO, cast

from asgiref.sync import sync_to_async
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from whitenoise.responders import SlicedFile

from ml.protection.saving import PHOTO
from webapp.albums.archive import safe_name
from webapp.models import Artifact, Export, Photo, ShareItem
from webapp.selectors.trust import authority
from webapp.services.exports import GONE, Withheld

PEM = "application/x-pem-file"
RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)  # as many digits as 64 bits need
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
    """A made file, to be saved; a photo made to be shared under a name that tells nothing."""
    number = "" if artifact.kind == PHOTO else f"-{artifact.sha256[:8]}"
    name = f"{artifact.kind}{number}.{_extension(artifact.file)}"
    return attachment(_bytes(artifact.file), artifact.media_type, name)


def shared_file(item: ShareItem, *, save: bool) -> HttpResponse:
    """A picture behind a share link, whole, under a name that says nothing of the photo: no piece
    of it, no digest to compare it by."""
    response = HttpResponse(_bytes(item.file), content_type=item.media_type)
    name = f"photo-{item.position}.{_extension(item.file)}"
    response["Content-Disposition"] = content_disposition_header(save, name) or "attachment"
    return response


def shared_thumbnail(item: ShareItem) -> HttpResponse:
    """The same made small; whole where an earlier version made no small one."""
    if not item.thumbnail:
        return shared_file(item, save=False)
    media_type = MEDIA_TYPES[_extension(item.thumbnail)]
    return HttpResponse(_bytes(item.thumbnail), content_type=media_type)


def authority_file() -> HttpResponse:
    """The certificate that pictures made here are signed with; its key stays where it is."""
    return attachment(authority().read_bytes(), PEM, "prosopa-authority.pem")


class StreamedFile(FileResponse):
    """Reads its file piece by piece under ASGI, too, where Django would read it whole first."""

    block_size = 256 * 1024

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = cast(Iterator[bytes], self.streaming_content)
        take = sync_to_async(lambda: next(pieces, b""))
        while piece := await take():
            yield piece


def export_name(export: Export) -> str:
    """What an album's ZIP is called where it is saved."""
    return f"{safe_name(export.gallery.name)} {export.created:%Y-%m-%d}.zip"


def export_file(request: HttpRequest, export: Export) -> HttpResponseBase:
    """The ZIP, or the one piece of it that is asked for (RFC 9110, 14): a download that broke off
    goes on.

    Raises:
        Withheld: it was deleted a moment ago.
    """
    span = range_asked(request, export)
    headers = {"Cache-Control": "private, no-store", "Accept-Ranges": "bytes"}
    headers["ETag"] = f'"{export.sha256}"'
    if span is None:
        answer = HttpResponse(status=416, headers=headers)
        answer["Content-Range"] = f"bytes */{export.size}"
        return answer
    first, last = span
    file = SlicedFile(_opened(export), first, last)
    name, length = export_name(export), last - first + 1
    headers["Content-Length"] = str(length)
    if length < export.size:
        headers["Content-Range"] = f"bytes {first}-{last}/{export.size}"
    status = 206 if length < export.size else 200
    return StreamedFile(
        file, as_attachment=True, filename=name, content_type="application/zip",
        headers=headers, status=status,
    )  # fmt: skip


def _opened(export: Export) -> IO[bytes]:
    try:
        return cast(IO[bytes], export.file.open("rb"))
    except FileNotFoundError:
        raise Withheld(GONE) from None


def from_start(request: HttpRequest, export: Export) -> bool:
    """Whether a download begins here; not when it goes on."""
    span = range_asked(request, export)
    return span is not None and span[0] == 0


def range_asked(request: HttpRequest, export: Export) -> tuple[int, int] | None:
    """First and last byte of the piece asked for, the whole when it asks for none, for several, or
    for a piece of another file; None when there is no such piece."""
    end = export.size - 1
    said = RANGE.fullmatch(request.headers.get("Range", ""))
    other = request.headers.get("If-Range", f'"{export.sha256}"') != f'"{export.sha256}"'
    if said is None or other or said.groups() == ("", ""):
        return 0, end
    first, last = said.groups()
    if not first:  # the last so many bytes
        return (max(0, export.size - int(last)), end) if int(last) else None
    span = int(first), min(int(last or end), end)
    return span if span[0] <= span[1] else None


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
