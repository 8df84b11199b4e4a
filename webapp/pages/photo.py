"""The photo page: the photo, what is drawn over it, the panel beside it, and its files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from webapp import serving
from webapp.models import Job, Photo
from webapp.pages import (
    by_words,
    evidence,
    identities,
    locating,
    portraits,
    protecting,
    questions,
)
from webapp.pages.asking import submit
from webapp.pages.files import Made
from webapp.pages.offering import offer_of
from webapp.pages.panel import switches_of, unread
from webapp.pages.showing import Shown, shown_of
from webapp.pages.tools import tools_of
from webapp.pages.visit import Visit
from webapp.selectors import faces as face_selectors
from webapp.selectors import grid, jobs, people, tools
from webapp.selectors import photos as selectors
from webapp.services.faces import face_name
from webapp.services.photos import photo_export

TABS = ("faces", "ask", "place", "exposure", "protect", "authentic", "portraits", "make", "details")
STOP_POLLING = 286  # htmx's status for it
LABELS_TO_SIDE = (
    45  # a label's height is this part of the photo's longer side, until photo.js sets it
)


@require_GET
@login_required
def photo(request: Visit, photo_id: UUID) -> HttpResponse:
    """The whole page; `tab` says which part of the panel, `made` which file lies over the photo."""
    photo = get_object_or_404(selectors.visible_to(request.user), pk=photo_id)
    before, after = grid.neighbours(request.user, photo)
    tab = request.GET.get("tab", TABS[0])
    page = context(request, photo) | {"before": before, "after": after, "tab": tab}
    page["compared"] = compared(page["shown"], request.GET.get("made", ""))
    page |= of_tab(request, photo, page["shown"], tab)
    return render(request, "photo/page.html", page)


def of_tab(request: Visit, photo: Photo, shown: Shown, tab: str) -> dict[str, Any]:
    """What only that part of the panel shows."""
    match tab:
        case "ask":
            return questions.tab(request, photo, shown)
        case "place":
            return locating.tab(request, photo, shown)
        case "make":
            return {
                "tools": tools_of(request.user, [photo], protects=False),
                "asks": tools.on_demand(photo.gallery),
                "one_photo": [photo],
                "identities": identities.offer_of(request.user, photo.gallery),
            }
        case "protect":
            return protecting.tab(request.user, photo)
        case "portraits":
            page = portraits.tab(request, photo)
            return page | {"by_words": by_words.section(request.user, photo, page["agreed"])}
        case "authentic":
            return evidence.tab(request, photo, shown)
        case "details":
            return {"offer": offer_of(photo)}
        case "exposure":
            return protecting.exposed(photo)
        case _:
            return {}


@require_GET
@login_required
def live(request: Visit, photo_id: UUID) -> HttpResponse:
    """The job's panel, with everything found since `seen`; tells htmx to stop once it is closed."""
    photo = get_object_or_404(selectors.visible_to(request.user), pk=photo_id)
    page = context(request, photo)
    page["tab"] = request.GET.get("tab", TABS[0])
    page["changed"] = page["seen"] != request.GET.get("seen")
    if page["changed"] and page["tab"] in ("ask", "authentic", "place", "portraits"):
        page |= of_tab(request, photo, page["shown"], page["tab"])
    is_open = page["job"] is not None and page["job"].is_open
    status = 200 if is_open else STOP_POLLING
    return render(request, "photo/partials/live.html", page, status=status)


@require_GET
@login_required
def photo_file(request: Visit, photo_id: UUID, which: str) -> HttpResponseBase:
    """A picture of the photo as we made it, or the original to be saved."""
    seen = selectors.visible_to if which == "original" else selectors.with_trash
    photo = get_object_or_404(seen(request.user), pk=photo_id)
    if which == "original":
        photo_export(photo=photo, by=request.user, what="original")
        return serving.original_file(photo)
    show = {"display": serving.display_file, "thumbnail": serving.thumbnail_file}.get(which)
    if show is None:
        raise Http404
    return show(request, photo)


@require_POST
@login_required
def analyse(request: Visit, photo_id: UUID) -> HttpResponse:
    """Look at the photo again, with everything that is installed, allowed and turned on."""
    photo = get_object_or_404(selectors.editable_by(request.user), pk=photo_id)
    submit(request, photo.gallery, [photo])
    return redirect("photo", photo.pk)


@require_POST
@login_required
def name(request: Visit, face_id: UUID) -> HttpResponse:
    """Say who a face is; the photo's faces again for htmx."""
    face = get_object_or_404(face_selectors.editable_by(request.user), pk=face_id)
    face_name(face=face, name=request.POST.get("name", "")[:120], by=request.user)
    if not request.htmx:
        return redirect(f"{reverse('photo', args=[face.photo_id])}#face-{face.pk}")
    return render(request, "photo/partials/named.html", context(request, face.photo))


def context(request: Visit, photo: Photo) -> dict[str, Any]:
    """What the page and each of its fragments show. seen: changes when there is more to show."""
    job = jobs.newest_of(request.user, photo)
    shown = shown_of(photo, job)
    switches = switches_of(request.user, photo.gallery)
    return {
        "photo": photo,
        "display": reverse("photo-file", args=[photo.pk, "display"]),
        "job": job,
        "shown": shown,
        "seen": seen_of(shown, job),
        "people": people.names_in(photo.gallery),
        "protected": people.protected_in(photo.gallery),
        "may_edit": selectors.editable_by(request.user).filter(pk=photo.pk).exists(),
        "sensitive": switches,
        "unread": unread(switches.kinds, shown),
        "middle": photo.width // 2,
        "label_size": max(photo.width, photo.height) // LABELS_TO_SIDE,
    }


def compared(shown: Shown, wanted: str) -> Made | None:
    """The made file with that id, where it can be laid over the photo."""
    return next((one for one in shown.files if one.comparable and str(one.id) == wanted), None)


def seen_of(shown: Shown, job: Job | None) -> str:
    """Changes with every model that has spoken, every file made, and the end of the job."""
    said = f"{len(shown.runs)}{'p' if shown.provisional else ''}-{len(shown.files)}"
    return f"{said}-{job and job.is_open}"
