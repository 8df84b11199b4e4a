"""The one task: claim a job, run it, store what came out."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from uuid import UUID

from ml import pipelines
from ml.errors import Cancelled, MLError, Refused
from ml.pipelines import Context
from ml.pool import Pool
from ml.types import Report
from tasks.app import app
from tasks.process import pool
from tasks.store import Claim, JobStore, get_store

logger = logging.getLogger(__name__)

EVERY = 0.5  # seconds between two writes of progress, and of provisional results
BUG = "Something went wrong on our side. The details are in the log."


@app.task(name="tasks.jobs.run")
def run(job_id: str) -> None:
    """Run the job unless somebody else has it. A duplicate message is harmless."""
    store = get_store()
    try:
        work(store, UUID(job_id), pool())
    except Exception:
        store.close()  # the database may have gone away; the reaper announces the job again
        raise


def work(store: JobStore, job: UUID, models: Pool) -> None:
    """Claim the job, run it to its end and close it, whatever the end is."""
    claim = store.claim(job)
    if claim is None:
        return
    claim.scratch.mkdir(parents=True, exist_ok=True)
    try:
        with beating(store, claim) as line:
            context = Context(models, line.progress, line.partial, claim.scratch)
            with _unless_lost(line):
                _perform(store, claim, context)
    except Cancelled:
        store.cancelled(claim)
    except Refused as error:
        store.fail(claim, str(error), again=False, rule=error.rule)
    except MLError as error:
        logger.info("Job %s failed: %s", job, error)
        store.fail(claim, str(error), again=not error.permanent)
    except Exception:
        logger.exception("Job %s crashed.", job)
        store.fail(claim, BUG, again=False)
    finally:
        _tidy(claim)


def _tidy(claim: Claim) -> None:
    """Delete this attempt's folder, and those of earlier ones whose workers were killed."""
    for attempt in range(1, claim.attempt + 1):
        shutil.rmtree(claim.scratch.with_name(str(attempt)), ignore_errors=True)


@contextmanager
def _unless_lost(line: Line) -> Iterator[None]:
    """Whose job another worker has by now, as after it was frozen, may find its folder gone: what
    it ends with then says nothing of the job.

    Raises:
        Cancelled: for whatever is raised within, where that is so.
    """
    try:
        yield
    except Cancelled:
        raise
    except Exception as error:
        if not line.is_lost():
            raise
        logger.info("A job was no longer this worker's when it ended with:", exc_info=True)
        raise Cancelled from error


def _perform(store: JobStore, claim: Claim, context: Context) -> None:
    if chore := store.chore(claim.kind):
        chore(claim.job, context)
        store.done(claim)
    else:
        report = pipelines.get(claim.kind).run(claim.options, claim.inputs, context)
        store.finish(claim, report)


class Line:
    """What a running job says to its store, and hears from it.

    A job shorter than EVERY says nothing on the way: each word is a write to the database.
    """

    def __init__(self, store: JobStore, claim: Claim) -> None:
        self.lost = Event()
        self._store = store
        self._claim = claim
        self._next_progress = self._next_partial = monotonic() + EVERY

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Record the step, at most twice a second.

        Raises:
            Cancelled: a person asked for the job to stop, or another worker has it now.
        """
        if self.lost.is_set():
            raise Cancelled
        if monotonic() < self._next_progress:
            return
        if not self._store.progress(self._claim, done, total, message):
            raise Cancelled
        self._next_progress = monotonic() + EVERY

    def is_lost(self) -> bool:
        """Whether the job is no longer this attempt's, as far as the store knows now."""
        return self.lost.is_set() or not self._store.beat(self._claim)

    def partial(self, report: Report) -> None:
        """Keep a provisional report, at most twice a second."""
        if monotonic() < self._next_partial:
            return
        self._store.partial(self._claim, report)
        self._next_partial = monotonic() + EVERY


@contextmanager
def beating(store: JobStore, claim: Claim) -> Iterator[Line]:
    """Extend the job's lease while the block runs, even while one model takes minutes."""
    line, ended = Line(store, claim), Event()

    def beat() -> None:
        while not line.lost.is_set() and not ended.wait(claim.lease / 3):
            try:
                if not store.beat(claim):
                    line.lost.set()
            except Exception:  # a busy database: two more beats fit into the lease
                logger.exception("Job %s could not extend its lease.", claim.job)
        store.close()

    thread = Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield line
    finally:
        ended.set()
        thread.join()
