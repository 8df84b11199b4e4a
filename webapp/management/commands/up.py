"""manage.py up: everything an installation needs, in one command, until Ctrl-C."""

from __future__ import annotations

import signal
import sys
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from webapp.jobs.sweep import jobs_release, leases_end
from webapp.running import start
from webapp.running.supervisor import Supervisor
from webapp.selectors.trust import authority

PATIENCE = 60.0  # seconds until everything should be there


class Command(BaseCommand):
    help = "Starts the queue, the pages, the workers and the reaper, and stops them on Ctrl-C."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            start.folders_make()
            with start.lock():
                start.check()
                call_command("migrate", interactive=False, verbosity=0)
                authority()
                self._run()
        except start.CannotStart as reason:
            self.stderr.write(str(reason))
            sys.exit(2)

    def _run(self) -> None:
        own_queue = str(settings.VALKEY_SOCKET) in settings.REDIS_URL
        if own_queue:  # then all workers are ours, and none is alive yet
            leases_end()
        connection.close()
        supervisor = Supervisor(self._say, own_queue)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, supervisor.ask_to_stop)
        try:
            supervisor.start()
            if self._wait(supervisor):
                self._say(f"\nProsopa is ready: {start.first_url()}\n")
                self._say("Ctrl-C stops it.\n")
            while supervisor.step():
                pass
        finally:
            self._say("Stopping.")
            supervisor.stop()
            if own_queue:
                jobs_release()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()  # a log file shows it at once, too

    def _wait(self, supervisor: Supervisor) -> bool:
        """Whether everything came up; said after PATIENCE, and it keeps trying."""
        until = monotonic() + PATIENCE
        while supervisor.step(pause=0.3):
            if start.answers():
                return True
            if monotonic() > until:
                self.stderr.write("Not everything has started yet; the lines above say why.")
                return False
        return False
