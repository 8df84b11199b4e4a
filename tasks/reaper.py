"""The reaper: puts right what dying workers and a forgetful queue leave behind."""

from __future__ import annotations

import logging
from threading import Event
from time import monotonic

from tasks import lanes
from tasks.store import JobStore

logger = logging.getLogger(__name__)

EVERY = 1.0  # seconds
TIDY_EVERY = 60.0


def reap(store: JobStore, stop: Event) -> None:
    """Sweep each second until told to stop. Two reapers do no harm, only double work."""
    tidied = monotonic() - TIDY_EVERY + 5  # not while everything starts
    while not stop.wait(EVERY):
        try:
            sweep(store)
            if monotonic() - tidied > TIDY_EVERY:
                tidied = monotonic()
                store.tidy()
        except Exception:  # a busy or restarting database: the next round comes soon
            logger.exception("The reaper could not finish its round.")
            store.close()


def sweep(store: JobStore) -> None:
    """One round: expire, and announce what the lanes lack."""
    try:
        waiting = lanes.waiting()
    except lanes.BrokerDown:
        waiting = None
    for announcement in store.sweep(waiting):
        try:
            lanes.announce(announcement.job, announcement.lane)
        except lanes.BrokerDown:
            logger.warning("The queue went away; what is left is announced later.")
            return
