"""Who may be asked, and what: engines and the library's questions as the form offers them, and
fetching an engine that is not here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ml.prompting.library import QUESTIONS
from ml.prompting.pipeline import MEASURED, REMOTE, engines
from ml.registry import Policy
from webapp.models import Gallery, Job, User
from webapp.pages.going import back
from webapp.pages.visit import Visit
from webapp.selectors import endpoints, models
from webapp.selectors.capabilities import policy_for
from webapp.selectors.galleries import SWITCHES, never_read, sensitive_kinds
from webapp.selectors.models import ModelRow
from webapp.services.endpoints import host_of
from webapp.services.models import LicenceNotAccepted, model_fetch_submit


@dataclass(frozen=True, slots=True)
class Known:
    """A question of the library. sensitive: in words, where it is. on: it may be asked here."""

    name: str
    text: str
    version: int
    sensitive: str
    on: bool


@dataclass(frozen=True, slots=True)
class Engine:
    """Who may be asked. ready: it can be chosen now. offered: this person may fetch it. fetching:
    the job that does. size: of the download, in words. warning: what is to be known first."""

    name: str
    title: str
    words: str
    warning: str
    licence: str
    size: str
    ready: bool
    offered: bool
    fetching: Job | None

    @property
    def measures(self) -> bool:
        """Whether it is no language model."""
        return self.name == MEASURED


@dataclass(frozen=True, slots=True)
class Outside:
    """A service outside. host, purpose: the button that sends a photo there says both."""

    id: UUID
    host: str
    purpose: str
    model: str
    sensitive: bool
    private: bool


def groups_of(gallery: Gallery) -> list[tuple[str, Sequence[Known]]]:
    """The library's questions by what they are about."""
    on, never = sensitive_kinds(gallery), never_read(gallery)
    known = [
        Known(
            one.name,
            one.text,
            one.version,
            SWITCHES[one.sensitive].lower() if one.sensitive else "",
            not one.sensitive or one.sensitive in on,
        )
        for one in QUESTIONS.values()
        if one.sensitive not in never
    ]
    of_face = {name for name, one in QUESTIONS.items() if one.of_face}
    return [
        ("About people", [one for one in known if one.name in of_face]),
        ("About the photo", [one for one in known if one.name not in of_face]),
    ]


def engine_choices(user: User, gallery: Gallery) -> list[Engine]:
    """Measurements first; then language models, those that are not here with how to get them."""
    policy = policy_for(gallery)
    rows = {row.card.name: row for row in models.rows()}
    fetching = {
        name: job for job in models.fetches(user) if job.is_open for name in job.options["names"]
    }
    here = [name for name in engines() if name != REMOTE]
    return [_engine(rows[name], user, policy, fetching.get(name)) for name in here]


def outside() -> list[Outside]:
    """The services outside that are turned on, where this installation knows how to ask them."""
    rows = endpoints.enabled() if REMOTE in engines() else ()
    return [
        Outside(row.pk, host_of(row), row.purpose, row.model, row.sensitive, row.private)
        for row in rows
    ]


def _engine(row: ModelRow, user: User, policy: Policy, fetching: Job | None) -> Engine:
    card = row.card
    return Engine(
        name=card.name,
        title=card.title,
        words=card.known_limits,
        warning=f"{row.selfcheck.capitalize()}." if row.selfcheck else "",
        licence=card.weights_licence if card.weights else "",
        size=row.download_words if card.weights and not row.installed else "",
        ready=policy.allows(card),
        offered=not row.installed and user.is_superuser,
        fetching=fetching,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def engine(request: Visit, name: str) -> HttpResponse:
    """How far fetching it is, asked each second while it goes on; POST: fetch it."""
    if name not in engines() or name == REMOTE or not request.user.is_superuser:
        raise Http404
    if request.method == "POST":
        return fetched(request, name)
    jobs = [job for job in models.fetches(request.user) if name in job.options["names"]]
    job = next((job for job in jobs if job.is_open), None)
    row = _engine(models.row(name), request.user, Policy(), job)
    answer = render(request, "questions/partials/fetch.html", {"engine": row})
    if job is None:
        answer["HX-Refresh"] = "true"
    return answer


def fetched(request: Visit, name: str) -> HttpResponse:
    """Begin, and back to whence it was asked for."""
    try:
        model_fetch_submit(names=[name], by=request.user)
    except LicenceNotAccepted as error:
        messages.error(request, str(error))
    return back(request)
