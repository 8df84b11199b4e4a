"""The page that tells of a file whether this installation made it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ml.errors import BadPicture
from webapp.pages.visit import Visit
from webapp.services.made_here import made_here_ask


@require_http_methods(["GET", "POST"])
@login_required
def made_here(request: Visit) -> HttpResponse:
    """The form, and below it what was found of an uploaded file, which nobody keeps."""
    page: dict[str, object] = {}
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            page = {"answer": made_here_ask(upload=file, by=request.user)} if file else {}
        except BadPicture as error:
            messages.error(request, str(error))
        else:
            page["name"] = file.name if file else ""
    return render(request, "made/here.html", page)
