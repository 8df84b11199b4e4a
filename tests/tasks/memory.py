"""A JobStore in memory: the port's rules without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID, uuid4

from ml.types import Report
from tasks.store import Announcement, Chore, Claim


@dataclass
class MemoryJob:
    kind: str
    options: Any = None
    inputs: Any = None
    lane: str = "cpu-now"
    status: str = "queued"
    attempt: int = 0
    error: str = ""
    rule: str = ""
    report: Report | None = None
    steps: list[tuple[int, int, str]] = field(default_factory=list)
    partials: list[Report] = field(default_factory=list)
    beats: int = 0
    beaten: Event = field(default_factory=Event)


class MemoryJobStore:
    """lease: seconds, handed to every claim."""

    def __init__(self, scratch: Path, lease: float = 30.0) -> None:
        self.jobs: dict[UUID, MemoryJob] = {}
        self.chores: dict[str, Chore] = {}
        self.closed = 0
        self._scratch = scratch
        self._lease = lease

    def add(self, kind: str, options: Any = None, inputs: Any = None) -> UUID:
        job = uuid4()
        self.jobs[job] = MemoryJob(kind, options, inputs)
        return job

    def claim(self, job: UUID) -> Claim | None:
        row = self.jobs.get(job)
        if row is None or row.status != "queued":
            return None
        row.status, row.attempt = "running", row.attempt + 1
        scratch = self._scratch / str(job) / str(row.attempt)
        return Claim(job, row.attempt, row.kind, row.options, row.inputs, scratch, self._lease)

    def beat(self, claim: Claim) -> bool:
        row = self._held(claim, "running", "cancelling")
        if row is not None:
            row.beats += 1
            row.beaten.set()
        return row is not None

    def progress(self, claim: Claim, done: int, total: int, message: str) -> bool:
        row = self._held(claim, "running")
        if row is not None:
            row.steps.append((done, total, message))
        return row is not None

    def partial(self, claim: Claim, report: Report) -> None:
        if row := self._held(claim, "running", "cancelling"):
            row.partials.append(report)

    def finish(self, claim: Claim, report: Report) -> bool:
        return self._close(claim, "done", "running", "cancelling", report=report)

    def done(self, claim: Claim) -> bool:
        return self._close(claim, "done", "running", "cancelling")

    def fail(self, claim: Claim, sentence: str, *, again: bool, rule: str = "") -> bool:
        to = "queued" if again and claim.attempt < 3 else "failed"
        return self._close(claim, to, "running", error=sentence, rule=rule)

    def cancelled(self, claim: Claim) -> bool:
        return self._close(claim, "cancelled", "cancelling")

    def chore(self, kind: str) -> Chore | None:
        return self.chores.get(kind)

    def sweep(self, waiting: Mapping[str, int] | None) -> Iterable[Announcement]:
        if waiting is None:
            return []
        return [
            Announcement(job, row.lane) for job, row in self.jobs.items() if row.status == "queued"
        ]

    def tidy(self) -> None:
        """Nothing outlives the store."""

    def close(self) -> None:
        self.closed += 1

    def _held(self, claim: Claim, *statuses: str) -> MemoryJob | None:
        row = self.jobs[claim.job]
        return row if row.attempt == claim.attempt and row.status in statuses else None

    def _close(self, claim: Claim, to: str, *since: str, **fields: Any) -> bool:
        row = self._held(claim, *since)
        if row is not None:
            row.status = to
            for name, value in fields.items():
                setattr(row, name, value)
        return row is not None
