"""The tab "Protect": what makes a photo safer to share, and the proof of how far it goes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from ml.exposure import Act
from ml.protection.disguise_pipelines import CLOAK
from ml.protection.make_safe import KIND as SAFE
from webapp import serving
from webapp.models import Artifact, Photo, User
from webapp.pages.tools import tools_of
from webapp.pages.visit import Visit
from webapp.selectors import artifacts, tools
from webapp.selectors.locations import was_looked_for
from webapp.selectors.proofs import proof_of, row_of
from webapp.selectors.reports import exposure_of
from webapp.services.proofs import proof_export


def tab(user: User, photo: Photo) -> dict[str, Any]:
    """What the tab shows."""
    return {
        "tools": tools_of(user, [photo], protects=True),
        "exposed": exposure_of(photo),
        "one_photo": [photo],
    }


def exposed(photo: Photo) -> dict[str, Any]:
    """What the tab "Exposure" shows. instead: what may be done here in place of a line's act.
    placed: whether the picture was looked at for its place."""
    kinds = {one.kind for one in tools.makers(photo.gallery, 1, protects=True)}
    instead = {Act.DISGUISE_FACES} if {CLOAK, SAFE} <= kinds else set()
    placed = was_looked_for(photo)
    return {"lines": exposure_of(photo), "instead": instead, "placed": placed}


@require_GET
@login_required
def proof(request: Visit, artifact_id: UUID) -> HttpResponse:
    """What recognisers say of a disguised photo's faces, a table a face."""
    made = disguised(request, artifact_id)
    row = row_of(made)
    if row is None:
        raise Http404
    photo = made.run.photo
    return render(
        request, "made/proof.html", {"made": made, "photo": photo, "proof": proof_of(row)}
    )


@require_GET
@login_required
def proof_pdf(request: Visit, artifact_id: UUID) -> HttpResponse:
    """The same as a signed document."""
    document = proof_export(made=disguised(request, artifact_id), by=request.user)
    if document is None:
        raise Http404
    return serving.attachment(document.content, document.media_type, document.name)


def disguised(request: Visit, artifact_id: UUID) -> Artifact:
    mine = artifacts.visible_to(request.user).select_related("run__photo__gallery")
    return get_object_or_404(mine, pk=artifact_id)
