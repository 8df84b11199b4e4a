"""What Prosopa is and what it does with photos."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from webapp import serving


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """One page, for everybody."""
    found = {"days": settings.TRASH_DAYS, "max_mb": settings.MAX_UPLOAD_BYTES // 2**20}
    return render(request, "about/page.html", found)


@require_GET
@login_required
def authority(request: HttpRequest) -> HttpResponse:
    """The certificate that pictures made here are signed with, to be saved."""
    return serving.authority_file()
