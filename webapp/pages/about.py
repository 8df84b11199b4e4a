"""What Prosopa is and what it does with photos."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """One page, for everybody."""
    found = {"days": settings.TRASH_DAYS, "max_mb": settings.MAX_UPLOAD_BYTES // 2**20}
    return render(request, "about/page.html", found)
