"""Reports about pictures nobody keeps, on their way from the worker to whoever asked: sealed."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import cast

from ml.types import JSON, Report
from webapp import sealing
from webapp.models import Job

ABOUT = "report"


def sealed(job: Job, report: Report) -> JSON:
    """What the job's row holds for the moment between the worker's end and the answer."""
    plain = json.dumps(report.to_json()).encode()
    return {"sealed": b64encode(sealing.seal(job.gallery, plain, ABOUT)).decode()}


def opened(job: Job) -> JSON:
    """The report as JSON, of a job that is done."""
    bytes_ = b64decode(cast(JSON, job.partial)["sealed"])
    return cast(JSON, json.loads(sealing.unseal(job.gallery, bytes_, ABOUT)))
