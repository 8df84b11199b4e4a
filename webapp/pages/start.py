"""The questions that the first administrator answers once."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from webapp.forms.start import StartForm
from webapp.pages.visit import Visit
from webapp.pages.wording import sensitive_words
from webapp.selectors import installation
from webapp.services.installation import installation_start


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@login_required
def start(request: Visit) -> HttpResponse:
    """Name, password, what it is for; everybody else goes on to the photos."""
    if not request.user.is_superuser or installation.use():
        return redirect("photos")
    form = StartForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        name = answers.pop("username")
        installation_start(by=request.user, name=name, **answers)
        update_session_auth_hash(request, request.user)
        return redirect("photos")
    return render(request, "start/form.html", {"form": form, "kinds": sensitive_words()})
