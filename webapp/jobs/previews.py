"""The picture that a running job shows half made: sealed in its row, and gone when it closes."""

from __future__ import annotations

from base64 import b64decode, b64encode
from uuid import UUID

from ml.pipelines import PREVIEW
from ml.types import JSON, Report
from webapp import sealing
from webapp.models import Job


def sealed(job: UUID, report: Report) -> JSON:
    """What a provisional report's picture adds to the row; nothing where it has none."""
    file = next((one for one in report.artifacts if one.kind == PREVIEW), None)
    row = Job.objects.select_related("gallery").filter(pk=job).first() if file else None
    if file is None or row is None:
        return {}
    return {PREVIEW: b64encode(sealing.seal(row.gallery, file.path.read_bytes(), PREVIEW)).decode()}


def opened(job: Job) -> bytes | None:
    """The picture, WebP; None where the job shows none."""
    said = (job.partial or {}).get(PREVIEW)
    return sealing.unseal(job.gallery, b64decode(said), PREVIEW) if said else None
