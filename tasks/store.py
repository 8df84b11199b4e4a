"""The port through which a worker sees jobs. webapp.jobs.store implements it on the database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast
from uuid import UUID

from ml.errors import MLError
from ml.pipelines import Context
from ml.types import Report

Chore = Callable[[UUID, Context], None]
"""A job of the database itself: given its job's id; resumable, commits in steps."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job one worker holds.

    attempt: the fence; every write names it, a later attempt wins.
    lease: seconds until the job is taken from a worker that does not `beat`.
    scratch: a folder for this attempt's files, named by its number beside those of the job's other
        attempts; the worker makes it and deletes it.
    """

    job: UUID
    attempt: int
    kind: str
    options: Any
    inputs: Any
    scratch: Path
    lease: float


@dataclass(frozen=True, slots=True)
class Announcement:
    """A job id to be put on its lane's list."""

    job: UUID
    lane: str


class StoreBusy(MLError):
    """The store did not take a write in time; the job is tried again."""

    permanent = False


class JobStore(Protocol):
    """Safe to call from several threads. `bool` answers say whether the write still counted:
    False when the job is no longer this attempt's."""

    def claim(self, job: UUID) -> Claim | None:
        """Take a queued job: QUEUED -> RUNNING, attempt + 1, a fresh lease. None when it is gone,
        cancelled or already taken, or when it can no longer run (its photo was erased), and then
        it was closed with a sentence."""

    def beat(self, claim: Claim) -> bool:
        """Extend the lease; False when the job is no longer this attempt's."""

    def progress(self, claim: Claim, done: int, total: int, message: str) -> bool:
        """Record a step; False when the job must stop (cancelled, or no longer this attempt's)."""

    def partial(self, claim: Claim, report: Report) -> None:
        """Keep a provisional report for the page, until the job closes."""

    def finish(self, claim: Claim, report: Report) -> bool:
        """Store all results and DONE in one transaction; False: another attempt owns the job."""

    def done(self, claim: Claim) -> bool:
        """Close a chore, which has stored its own results."""

    def fail(self, claim: Claim, sentence: str, *, again: bool, rule: str = "") -> bool:
        """Close the job with a sentence for the user; `again`: re-queue it while attempts last.
        rule: which one forbade it, to be put on record."""

    def cancelled(self, claim: Claim) -> bool:
        """Close a job that stopped because a person asked."""

    def chore(self, kind: str) -> Chore | None:
        """The chore of that kind; None when the kind is a pipeline's."""

    def sweep(self, waiting: Mapping[str, int] | None) -> Iterable[Announcement]:
        """Put back jobs whose lease ran out, fail those that killed their worker too often, finish
        cancels, and name QUEUED jobs to announce (again). waiting: messages on each lane's list;
        None when the queue cannot be reached, and then nothing is named."""

    def tidy(self) -> None:
        """Delete what outlived its use: files nobody refers to, old trash, forgotten answers."""

    def close(self) -> None:
        """Let go of what the calling thread holds, e.g. its connection to the database."""


@cache
def get_store() -> JobStore:
    """The store that JOB_STORE names: "module:callable", called once."""
    module, _, name = os.environ.get("JOB_STORE", "webapp.jobs.worker:store").partition(":")
    return cast(JobStore, getattr(import_module(module), name)())
