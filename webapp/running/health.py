"""GET /healthz: whether database, queue and workers are there. For supervisors and monitors."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tasks import lanes

EXPECTED = frozenset({"cpu-now", "cpu-later"})


@dataclass(frozen=True, slots=True)
class Health:
    """workers: the lanes somebody serves."""

    database: bool
    queue: bool
    workers: tuple[str, ...]

    @property
    def ready(self) -> bool:
        return self.database and self.queue and set(self.workers) >= EXPECTED


def health() -> Health:
    """Ask each of them; an answer takes at most seconds."""
    return Health(_database(), _queue(), tuple(sorted(lanes.alive())))


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when everything is there, else 503."""
    found = health()
    return JsonResponse({"ready": found.ready} | asdict(found), status=200 if found.ready else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _queue() -> bool:
    try:
        lanes.waiting()
    except lanes.BrokerDown:
        return False
    return True
