"""Joins findings: weights of independent ones add up, and missing evidence is no evidence.

The words follow the scale of the European Network of Forensic Science Institutes (Guideline for
Evaluative Reporting in Forensic Science, 2015), which names ranges of likelihood ratios.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import exp, log

from ml.types import Claim, Finding, Report

MOST = log(1000)  # no heap of weak signals measured on hundreds of photos can say more than this
SCALE = (
    (2, "neither for nor against"),
    (10, "weakly"),
    (100, "moderately"),
    (1000, "moderately strongly"),
    (float("inf"), "strongly"),
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What all findings together say of one claim. face: None for the photo as a whole. weight:
    natural logarithm of the joint likelihood ratio; None when nothing spoke. counted: the findings
    that made it up, strongest first; where that was more than can be said, their weights are
    scaled down to add up to it. silent: those that could not speak or were not counted."""

    claim: Claim
    face: int | None
    weight: float | None
    counted: tuple[Finding, ...]
    silent: tuple[Finding, ...]

    @property
    def probability(self) -> float | None:
        """Of the claim, for somebody who thought it as likely as not before."""
        return None if self.weight is None else 1 / (1 + exp(-self.weight))


def weighed(findings: Iterable[Finding]) -> tuple[Weighed, ...]:
    """One a claim and face that anything was looked at for, in the order of Claim and face."""
    about: dict[tuple[Claim, int | None], list[Finding]] = {}
    for finding in findings:
        face = finding.face if finding.claim is Claim.IDENTITY else None
        about.setdefault((finding.claim, face), []).append(finding)
    order = list(Claim)
    keys = sorted(about, key=lambda key: (order.index(key[0]), -1 if key[1] is None else key[1]))
    return tuple(_weighed(claim, face, about[claim, face]) for claim, face in keys)


def _weighed(claim: Claim, face: int | None, findings: list[Finding]) -> Weighed:
    best: dict[str, Finding] = {}
    for number, one in enumerate(findings):
        group = one.group or str(number)
        if one.weight is not None and strength(one) > strength(best.get(group)):
            best[group] = one
    counted = sorted(best.values(), key=strength, reverse=True)
    total = sum(one.weight or 0.0 for one in counted)
    most = max(-MOST, min(MOST, total))
    scale = most / total if total else 1.0
    return Weighed(
        claim=claim,
        face=face,
        weight=most if counted else None,
        counted=tuple(replace(one, weight=scale * (one.weight or 0.0)) for one in counted),
        silent=tuple(one for one in findings if one not in counted),
    )


def without_identity(report: Report) -> Report:
    """The report without what models say that compare a face with a person's true photos."""
    out = {one.model for one in report.findings if one.claim is Claim.IDENTITY}
    return replace(
        report,
        readings=tuple(one for one in report.readings if one.model not in out),
        marks=tuple(one for one in report.marks if one.model not in out),
        findings=tuple(one for one in report.findings if one.model not in out),
        runs=tuple(ran for ran in report.runs if ran.model not in out),
    )


def strength(finding: Finding | None) -> float:
    """How far a finding moves the balance, whichever way; -1 for none."""
    return -1.0 if finding is None or finding.weight is None else abs(finding.weight)


def in_words(weight: float | None) -> str:
    """How strongly evidence speaks, e.g. "moderately for", "weakly against"."""
    if weight is None:
        return "cannot tell"
    ratio = exp(abs(weight))
    word = next(word for limit, word in SCALE if ratio < limit)
    if ratio < SCALE[0][0]:
        return word
    return f"{word} {'for' if weight > 0 else 'against'}"
