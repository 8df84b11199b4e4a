"""Reading the audit log, and whether anybody changed it."""

from __future__ import annotations

from webapp.models import AuditLine
from webapp.services.audit import GENESIS, line_hash


def first_broken() -> AuditLine | None:
    """The first line that was changed, or whose predecessor was removed; None when all is whole.

    Lines cut off at the end leave no trace here: keep the newest hash elsewhere to notice that.
    """
    previous = GENESIS
    for line in AuditLine.objects.order_by("pk").iterator():
        if line.previous != previous or line.hash != line_hash(line):
            return line
        previous = line.hash
    return None
