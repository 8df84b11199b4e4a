"""The ledger of evidence on a photo: what page, REST and report say, most telling first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ml.registry import Group
from ml.types import Claim, Finding
from ml.weighing import Weighed, in_words, weighed
from webapp.models import Photo
from webapp.selectors import photos
from webapp.selectors import results as shown
from webapp.selectors.photos import Someone
from webapp.selectors.results import Results, ShownRun, results_of

QUESTIONS = {
    Claim.EDITED: "Was it changed after it was first saved?",
    Claim.GENERATED: "Was it made by a generator instead of a camera?",
    Claim.IDENTITY: "Is this face another's, or a changed one?",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding with who made it. words: how strongly it speaks, e.g. "weakly for"."""

    finding: Finding
    run: ShownRun
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What all findings say of one claim. face: its number from 1, and name; None for the photo.
    probability: of the claim, 0..1, for whoever thought it as likely as not before; None where
    nothing spoke. said: readings about that face or photo, by the models that looked."""

    claim: Claim
    question: str
    face: shown.ShownFace | None
    weight: float | None
    words: str
    probability: float | None
    counted: tuple[Line, ...]
    silent: tuple[Line, ...]
    said: tuple[shown.Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """entries: in the order of Claim. file: what was read of the photo's file. runs: who looked.
    identity: whether it holds what was found by comparing with a person, if anything was."""

    photo: Photo
    entries: tuple[Entry, ...]
    file: tuple[shown.Group, ...]
    runs: tuple[ShownRun, ...]
    identity: bool

    @property
    def looked(self) -> bool:
        return bool(self.runs)


def ledger_of(user: Someone, photo: Photo) -> Ledger:
    """The evidence stored about a photo. How a face compares with a person's true photos is told
    to those who may enrol them, not to viewers."""
    writes = photos.editable_by(user).filter(pk=photo.pk).exists()
    results = results_of(photo, identity=writes)
    runs = {run.model: run for run in results.runs if is_evidence(run)}
    findings = [one for one in results.findings if one.model in runs]
    compared = {one.model for one in findings if one.claim is Claim.IDENTITY}
    return Ledger(
        photo=photo,
        entries=tuple(_entry(one, runs, results) for one in weighed(findings)),
        file=tuple(group for group in results.groups if group.run.model in runs.keys() - compared),
        runs=tuple(runs.values()),
        identity=writes,
    )


def is_evidence(run: ShownRun) -> bool:
    """Whether what it read belongs in the ledger, not on a face's card."""
    return run.group is Group.EVIDENCE


def questions_open(ledger: Ledger) -> tuple[str, ...]:
    """What nothing that is installed and allowed looked for; of what is not told, nothing."""
    asked = {entry.claim for entry in ledger.entries}
    if not ledger.identity:
        asked.add(Claim.IDENTITY)
    return tuple(question for claim, question in QUESTIONS.items() if claim not in asked)


def _entry(one: Weighed, runs: dict[str, ShownRun], results: Results) -> Entry:
    face = None if one.face is None else results.faces[one.face]
    said = () if face is None else tuple(g for g in face.groups if is_evidence(g.run))
    if one.claim is Claim.IDENTITY:  # also what was read of the true photos
        spoke = {finding.model for finding in (*one.counted, *one.silent)}
        said += tuple(group for group in results.groups if group.run.model in spoke)
    return Entry(
        claim=one.claim,
        question=QUESTIONS[one.claim],
        face=face,
        weight=one.weight,
        words=in_words(one.weight),
        probability=one.probability,
        counted=_lines(one.counted, runs),
        silent=_lines(one.silent, runs),
        said=said,
    )


def _lines(findings: Iterable[Finding], runs: dict[str, ShownRun]) -> tuple[Line, ...]:
    return tuple(Line(one, runs[one.model], in_words(one.weight)) for one in findings)
