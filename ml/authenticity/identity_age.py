"""Compares how old a face looks with what true photos lead to expect on the claimed date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import log
from types import NoneType
from typing import Any

import numpy as np

from ml.authenticity.identity_check import IDENTITY, Likest
from ml.contracts import AGE, Case, Output, Reference, View
from ml.registry import Commercial, Group, Model, ModelCard, Sensitive, Task, register
from ml.types import Claim, Finding

NAME = "identity-age"
TITLE = "apparent age against the claimed date"
YEAR = 365.2425  # days
FEWEST = 3  # true photos with a date
# Years: standard deviation of how old a person's photo looks less what five others of that person
# say, and of the same for somebody else: `python -m tests.fitting.identity LFW`.
OWN, OTHERS = 5.4, 20.9
MOST = log(10)  # a single network's opinion, of people whose birthdays nobody told us
NO_DATE = "no date was claimed"
NOBODY = "no face here could be compared with the true photos"
IDENTITY_AGE: Task[Any] = Task(
    "identity-age", "Apparent age against the claimed date", NoneType, group=Group.EVIDENCE
)


@register(
    ModelCard(
        name=NAME,
        title="Apparent age against the claimed date",
        task=IDENTITY_AGE,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        recipe=2,
        needs=(AGE, IDENTITY),
        sensitive=Sensitive.AGE,
        paper="none: the normal distribution's likelihood ratio",
        known_limits=(
            "Not measured by itself: no set here says when its photos were taken. How old a face "
            "looks errs by years, more for some groups of people than for others, so that this "
            "moves the balance little unless the claim is off by decades."
        ),
    )
)
class IdentityAge(Model):
    """How far the apparent age of the face most like the person is from what the true photos that
    agree lead to expect: a bystander claims nothing."""

    def run(self, view: View) -> Output:
        likest = view.data(IDENTITY)
        age = None if likest.face is None else apparent(view).get(likest.face)
        return Output(findings=(finding(likest, age, view.case),))


def apparent(view: View) -> dict[int, float]:
    """Apparent age in years by face, of those that could be read."""
    told = view.outputs[AGE].readings
    return {
        one.face: float(one.value)
        for one in told
        if one.face is not None and isinstance(one.value, float)
    }


def finding(likest: Likest, age: float | None, case: Case | None) -> Finding:
    face, told = likest.face, []
    if case is not None and case.taken is not None:
        told = expected([case.references[place] for place in likest.agree], case.taken)
    note = reason(likest, age, case, len(told))
    if note or age is None:
        return Finding(NAME, TITLE, None, Claim.IDENTITY, face=face, note=note)
    years = age - float(np.mean(told))
    side = "older" if years > 0 else "younger"
    return Finding(
        NAME, TITLE, f"looks {abs(years):.0f} years {side} than expected", Claim.IDENTITY,
        weight(years), "weak: apparent age errs by years", face,
    )  # fmt: skip


def reason(likest: Likest, age: float | None, case: Case | None, dated: int) -> str:
    """Why it cannot be measured, "" when it can."""
    if case is None or not case.references:
        return "no true photos were given"
    if case.taken is None:
        return NO_DATE
    if not likest.agree:
        return NOBODY
    if dated < FEWEST:
        return f"fewer than {FEWEST} true photos have a date and an apparent age"
    return "" if age is not None else "its age could not be read"


def expected(true: Iterable[Reference], taken: date) -> list[float]:
    """What each true photo with a date says how old the person looked on that day."""
    ages = []
    for one in true:
        if one.face is None or one.taken is None:
            continue
        age = apparent(one.view).get(one.face)
        if age is not None:
            ages.append(age + (taken - one.taken).days / YEAR)
    return ages


def weight(years: float) -> float:
    """Logarithm of how much likelier such a difference is of somebody else."""
    ratio = log(OWN / OTHERS) + 0.5 * years**2 * (OWN**-2 - OTHERS**-2)
    return max(-MOST, min(MOST, ratio))
