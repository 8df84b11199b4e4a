"""`manage.py audit`: is the audit log whole?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webapp.selectors.audit import first_broken


class Command(BaseCommand):
    help = "Check the audit log's chain of hashes; fails when a line was changed or removed."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = first_broken()
        if broken is not None:
            raise CommandError(f"The log was changed at or before line {broken.pk} ({broken.at}).")
        self.stdout.write("The audit log is whole.")
