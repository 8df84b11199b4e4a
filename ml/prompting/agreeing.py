"""One answer out of those that several wordings of a question got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ml.prompting import typed
from ml.prompting.typed import Told
from ml.types import Form, Question

SAME_PLACE = 0.5  # boxes that overlap so much (IoU) are the same


@dataclass(frozen=True, slots=True)
class Agreed:
    """agreement: the share of wordings that got this value; None where there was one. score: how
    likely it is, lowered by disagreement; None where nobody knows."""

    told: Told
    agreement: float | None
    score: float | None


def agreed(question: Question, told: Sequence[Told]) -> Agreed:
    """What most wordings got; where each gave odds, what is likeliest by their mean. A wording that
    got no answer disagrees."""
    valid = [one for one in told if not one.invalid]
    if not valid:
        return Agreed(Told(invalid=told[0].invalid), None, None)
    best = _best(question, valid)
    share = sum(same(question, one, best) for one in valid) / len(told)
    agreement = share if len(told) > 1 else None
    likely = _likely(question, best)
    score = None if likely is None and agreement is None else (likely or 1.0) * (agreement or 1.0)
    return Agreed(best, agreement, score)


def _best(question: Question, valid: Sequence[Told]) -> Told:
    if all(one.odds for one in valid):
        odds = mean([one.odds for one in valid])
        if question.form is Form.CHOICES:
            return fitting(question, odds)
        likeliest = typed.likeliest(question, odds)
        if not likeliest.invalid:
            return likeliest
    most = max(valid, key=lambda one: sum(same(question, one, other) for other in valid))
    return replace(most, odds={})


def fitting(question: Question, odds: Mapping[str, float]) -> Told:
    """Of several choices those that are likelier right than not."""
    return Told(tuple(one for one in question.choices if odds[one] > 0.5), odds)


def mean(odds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {word: sum(one[word] for one in odds) / len(odds) for word in odds[0]}


def _likely(question: Question, best: Told) -> float | None:
    """How likely the value is; of several choices, how likely the least sure of the verdicts."""
    if not best.odds:
        return None
    if question.form is Form.CHOICES:
        return min(max(odds, 1 - odds) for odds in best.odds.values())
    return max(best.odds.values())


def same(question: Question, one: Told, other: Told) -> bool:
    """Whether two answers say the same."""
    if question.form is Form.BOXES:
        return len(one.boxes) == len(other.boxes) and all(
            a.iou(b) >= SAME_PLACE for a, b in zip(one.boxes, other.boxes, strict=True)
        )
    if isinstance(one.value, str) and isinstance(other.value, str):
        return one.value.casefold().strip(" .") == other.value.casefold().strip(" .")
    return one.value == other.value
