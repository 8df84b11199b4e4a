"""manage.py reap: the reaper's loop, for installations that do not use `up`."""

from __future__ import annotations

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from tasks.reaper import reap
from tasks.store import get_store


class Command(BaseCommand):
    help = "Puts right what dying workers leave behind, until stopped."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        reap(get_store(), stop)
