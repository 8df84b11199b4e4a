"""Services outside: adding and changing them, and counting what is sent there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ml.errors import MLError
from ml.outgoing import NotAllowed, split
from webapp import sealing
from webapp.models import Endpoint, EndpointDay, Job, User
from webapp.services.audit import audit_write

KEY = "endpoint key"
ONLY_TLS = "Over the internet photos and keys are sent by https:// only."


class NotSent(MLError):
    """Nothing was sent: the service is turned off, gone, or used up for today."""


@transaction.atomic
def endpoint_save(
    *, endpoint: Endpoint, by: User, key: str | None = None, changed: Sequence[str] = ()
) -> Endpoint:
    """Write it down. key: a new secret, "" to forget the one there is, None to keep it. changed:
    names of fields, for the audit log; whoever may be asked is never changed unseen.

    Raises:
        ValidationError: the address may not be asked.
    """
    endpoint_check(url=endpoint.url, private=endpoint.private)
    new = endpoint._state.adding
    if new:
        endpoint.added_by = by
    if key is not None:
        endpoint.sealed_key = sealing.seal_here(key.encode(), KEY) if key else b""
    endpoint.url = endpoint.url.rstrip("/")
    endpoint.save()
    _audit(endpoint, by, "endpoint-add" if new else "endpoint-change", ", ".join(changed))
    return endpoint


@transaction.atomic
def endpoint_delete(*, endpoint: Endpoint, by: User) -> None:
    """Forget it and its key; what it answered stays, with its name."""
    _audit(endpoint, by, "endpoint-delete", "")
    endpoint.delete()


def endpoint_check(*, url: str, private: bool) -> None:
    """
    Raises:
        ValidationError: the address may not be asked, whatever stands behind it.
    """
    try:
        parts = split(url)
    except NotAllowed as error:
        raise ValidationError({"url": [str(error)]}) from None
    if parts.query or parts.fragment:
        raise ValidationError({"url": ["The address ends with the path: no “?”, no “#”."]})
    if parts.scheme != "https" and not private:
        raise ValidationError({"url": [ONLY_TLS]})


def key_of(endpoint: Endpoint) -> str:
    """The secret; "" where there is none."""
    sealed = bytes(endpoint.sealed_key)
    return sealing.unseal_here(sealed, KEY).decode() if sealed else ""


@dataclass(frozen=True, slots=True)
class Permit:
    """Called before each request to an endpoint on behalf of a job: counts it, and writes it into
    the audit log.

    Raises:
        NotSent: the endpoint was turned off or deleted meanwhile, or is used up for today.
    """

    endpoint: UUID
    job: UUID

    @transaction.atomic
    def __call__(self) -> None:
        endpoint = Endpoint.objects.filter(pk=self.endpoint, enabled=True).first()
        if endpoint is None:
            raise NotSent("The service was turned off. Nothing was sent.")
        job = Job.objects.select_related("submitted_by").get(pk=self.job)
        day, _ = EndpointDay.objects.get_or_create(endpoint=endpoint, day=timezone.localdate())
        rows = EndpointDay.objects.filter(pk=day.pk, sent__lt=endpoint.daily)
        if not rows.update(sent=F("sent") + 1):
            raise NotSent(f"{endpoint.title} has answered {endpoint.daily} times today, as often "
                          "as the administrator allows. Nothing was sent.")  # fmt: skip
        for photo in job.photos.values_list("pk", flat=True):
            audit_write(
                actor=job.submitted_by, verb="external-send", subject=f"photo:{photo}",
                gallery=job.gallery_id, detail=f"endpoint:{endpoint.pk}, {host_of(endpoint)}",
            )  # fmt: skip


def host_of(endpoint: Endpoint) -> str:
    """Where photos are sent, as people read it."""
    return split(endpoint.url).netloc


def _audit(endpoint: Endpoint, by: User, verb: str, detail: str) -> None:
    audit_write(actor=by, verb=verb, subject=f"endpoint:{endpoint.pk}", detail=detail[:200])
