"""What can be made of photos on request: asked for on a photo's page or for a selection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from ml import pipelines
from ml.types import Box
from webapp.forms.options import Choice, Field, fields_of, values_of
from webapp.jobs.options import FACES, PEOPLE, PHOTOS, REGIONS
from webapp.models import Face, Photo, User
from webapp.pages.drawing import crop
from webapp.pages.visit import Visit
from webapp.selectors import artifacts, grid, tools
from webapp.selectors import faces as face_selectors
from webapp.selectors import photos as selectors
from webapp.services.artifacts import artifact_delete
from webapp.services.jobs import job_submit

MOST_BESIDE = 24  # other photos to choose from


@dataclass(frozen=True, slots=True)
class Tool:
    """A kind of job as its form shows it."""

    kind: str
    title: str
    help: str
    fields: list[Field]

    @property
    def usual(self) -> list[Field]:
        return [field for field in self.fields if not field.rare]

    @property
    def rare(self) -> list[Field]:
        return [field for field in self.fields if field.rare]


def tools_of(user: User, photos: Sequence[Photo], *, protects: bool | None = None) -> list[Tool]:
    """The kinds of job that make files of these photos, which are of one gallery. protects: as for
    tools.makers."""
    gallery, faces = photos[0].gallery, faces_of(user, photos)
    return [
        Tool(one.kind, one.title, one.help, fields_of(one.options, faces))
        for one in tools.makers(gallery, len(photos), protects=protects)
    ]


def faces_of(user: User, photos: Sequence[Photo]) -> dict[str, list[Choice]]:
    """The faces that can be chosen: of the only photo, and one of each person of the gallery; and
    the only photo, to draw on."""
    rows = list(photos[0].faces.select_related("person")) if len(photos) == 1 else []
    mine = [
        pictured(face, photos[0], face.person.name if face.person else f"Face {number}")
        for number, face in enumerate(rows, start=1)
    ]
    named = [
        pictured(face, face.photo, face.person.name)
        for face in face_selectors.one_of_each(user, photos[0].gallery)
        if face.person is not None
    ]
    boards = [on_whole(photos[0])] if len(photos) == 1 else []
    return {FACES: mine, PEOPLE: named, REGIONS: boards, PHOTOS: beside(user, photos)}


def beside(user: User, photos: Sequence[Photo]) -> list[Choice]:
    """The newest other photos of the gallery."""
    rows = selectors.editable_by(user).filter(gallery=photos[0].gallery)
    others = rows.exclude(pk__in=[photo.pk for photo in photos])[:MOST_BESIDE]
    return [
        Choice(
            str(one.pk), one.name, crop=f"0 0 {one.width} {one.height}",
            display=reverse("photo-file", args=[one.pk, "thumbnail"]),
            width=one.width, height=one.height,
        )
        for one in others
    ]  # fmt: skip


def pictured(face: Face, photo: Photo, title: str) -> Choice:
    box = Box(face.left, face.top, face.right, face.bottom)
    return replace(on_whole(photo), value=str(face.pk), title=title, crop=crop(box))


def on_whole(photo: Photo) -> Choice:
    """The whole photo, as something to choose on."""
    display = reverse("photo-file", args=[photo.pk, "display"])
    return Choice("", photo.name, display=display, width=photo.width, height=photo.height)


@require_POST
@login_required
def selection(request: Visit) -> HttpResponse:
    """What can be made of the selected photos of a gallery; nothing is changed by asking."""
    rows = chosen(request, request.POST.getlist("photo"))
    found = {"photos": rows, "tools": tools_of(request.user, rows)}
    return render(request, "tools/page.html", found)


@require_POST
@login_required
def make(request: Visit, kind: str) -> HttpResponse:
    """Submit the job over the named photos; back to the photo, or to the job over several."""
    rows = chosen(request, request.POST.getlist("photo"))
    kinds = {one.kind: one for one in tools.makers(rows[0].gallery, len(rows))}
    if kind not in kinds:
        raise Http404
    options = values_of(kinds[kind].options, request.POST)
    return submitted(request, rows, kind, options)


@require_POST
@login_required
def ask(request: Visit, photo_id: UUID, task: str) -> HttpResponse:
    """Run a task that runs on demand over the photo."""
    photo = get_object_or_404(selectors.editable_by(request.user), pk=photo_id)
    if task not in {one.task.name for one in tools.on_demand(photo.gallery)}:
        raise Http404
    return submitted(request, [photo], tools.ANALYSE, {"tasks": [task]})


@require_POST
@login_required
def made_delete(request: Visit, artifact_id: UUID) -> HttpResponse:
    """Delete a made file."""
    mine = artifacts.editable_by(request.user).select_related("run__photo__gallery")
    artifact = get_object_or_404(mine, pk=artifact_id)
    photo, kind = artifact.run.photo_id, artifact.run.model
    artifact_delete(artifact=artifact, by=request.user)
    messages.success(request, "The file is deleted. It can be made again.")
    return redirect(f"{reverse('photo', args=[photo])}?tab={tab_of(kind)}")


def chosen(request: Visit, ids: list[str]) -> list[Photo]:
    """The named photos, of one gallery, that the person may change.

    Raises:
        Http404: there is none.
    """
    rows = sorted(grid.editable_some(request.user, ids), key=lambda photo: photo.gallery_id)
    mine = [photo for photo in rows if photo.gallery_id == rows[0].gallery_id]
    if not mine:
        raise Http404
    return mine


def tab_of(kind: str) -> str:
    """Where the photo's page shows what a job of that kind makes."""
    known = {one.kind: one for one in pipelines.kinds()}
    if kind in known and known[kind].portrays:
        return "portraits"
    return "protect" if kind in known and known[kind].protects else "make"


def submitted(
    request: Visit, rows: list[Photo], kind: str, options: dict[str, Any]
) -> HttpResponse:
    one = f"{reverse('photo', args=[rows[0].pk])}?tab={tab_of(kind)}"
    try:
        job = job_submit(
            kind=kind, gallery=rows[0].gallery, photos=rows, by=request.user, options=options
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(one)
    return redirect(one) if len(rows) == 1 else redirect("job", job.pk)
