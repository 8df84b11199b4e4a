"""What a running job found so far, arranged like stored results."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from ml.registry import Sensitive
from ml.types import Report
from ml.weighing import without_identity
from webapp.models import Photo
from webapp.selectors.galleries import sensitive_kinds
from webapp.selectors.results import Known, Results, arranged


def results_from(photo: Photo, report: Report) -> Results:
    """The report as results, without the sensitive kinds that are off by now and without what
    compares a face with a person; its faces have ids of their own until they are stored."""
    known = [Known(UUID(int=number), number) for number in range(1, len(report.faces) + 1)]
    told = without_identity(_permitted(report, sensitive_kinds(photo.gallery)))
    return arranged(photo, told, known)


def _permitted(report: Report, kinds: frozenset[Sensitive]) -> Report:
    runs = tuple(ran for ran in report.runs if not ran.sensitive or ran.sensitive in kinds)
    names = {ran.model for ran in runs}
    return replace(
        report,
        runs=runs,
        readings=tuple(reading for reading in report.readings if reading.model in names),
        findings=tuple(finding for finding in report.findings if finding.model in names),
        marks=tuple(mark for mark in report.marks if mark.model in names),
    )
