"""Pictures in the admin's lists: thumbnails, and faces cut out by a view box, not by a file."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from webapp.models import Face, Photo


def file_url(photo_id: object, which: str) -> str:
    """The admin's own address of a photo's picture; opening it writes an audit line."""
    return reverse("admin:photo-file", args=(photo_id, which))


def thumbnail(photo_id: object, name: str) -> SafeString:
    """A small picture with a fixed box, so that the list does not jump."""
    return format_html(
        '<img class="thumbnail" src="{}" alt="{}" width="72" height="72" loading="lazy">',
        file_url(photo_id, "thumbnail"),
        name,
    )


def crop(face: Face, photo: Photo, size: int = 72) -> SafeString:
    """The face with a fifth around it, out of the display picture."""
    width, height = face.right - face.left, face.bottom - face.top
    box = (face.left - width / 5, face.top - height / 5, width * 1.4, height * 1.4)
    return format_html(
        '<svg class="crop" width="{}" height="{}" viewBox="{}" role="img" aria-label="{}">'
        '<image href="{}" width="{}" height="{}"/></svg>',
        size,
        size,
        " ".join(f"{number:.1f}" for number in box),
        f"Face {face.position + 1} of {photo.name}",
        file_url(photo.pk, "display"),
        photo.width,
        photo.height,
    )


def large(photo: Photo) -> SafeString:
    """The display picture, as wide as the page lets it be."""
    return format_html(
        '<img class="large" src="{}" alt="{}" width="{}" height="{}">',
        file_url(photo.pk, "display"),
        photo.name,
        photo.width,
        photo.height,
    )
