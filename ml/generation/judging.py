"""What models that drew nothing say of a portrait: is it the person, and as asked?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ml import likeness, registry
from ml.contracts import DETECTION, EMBEDDING, EXPRESSION, POSE
from ml.contracts.portraits import SEEN_AS
from ml.generation.portraits_asked import Asked
from ml.generation.seeing import Seen
from ml.registry import Task

Facts = dict[str, str | float]
UNMEASURED = "not measured"
YES, NO = "yes", "no"
TURN = 30.0  # degrees amiss that weigh as much as the whole way to a stranger


@dataclass(frozen=True, slots=True)
class Verdict:
    """facts: for the receipt. worse: 0 for perfect; sorts the candidates."""

    facts: Facts
    worse: float


def verdict(
    asked: Asked, yaw: float, source: Seen, made: Seen | None, judges: Collection[str]
) -> Verdict:
    """yaw: degrees that were asked for first; variations lie around it. source: the photo's face.
    made: the portrait's; None where the detector finds none. judges: names of the models that were
    asked."""
    if made is None:
        return Verdict({"same person": UNMEASURED, "face found": NO}, float("inf"))
    same, far = alike(source, made, judges)
    turn, amiss = turned(asked, yaw, source, made, judges)
    facts: Facts = {"face found": YES, "detector's score": round(made.face.score, 3)}
    return Verdict(facts | same | turn | expressed(asked, made, judges), far + amiss / TURN)


def alike(source: Seen, made: Seen, judges: Collection[str]) -> tuple[Facts, float]:
    """Also the distance in shares of that at which strangers begin."""
    one, other = source.code, made.code
    limit = None if one is None else likeness.strangers(one.space)
    if one is None or other is None or limit is None:
        return {"same person": UNMEASURED}, 2.0
    distance = one.distance(other)
    return {
        "same person": YES if distance < limit else NO,
        "distance": round(distance, 3),
        "strangers from": round(limit, 3),
        "judge of likeness": named(EMBEDDING, judges),
    }, distance / limit


def turned(
    asked: Asked, yaw: float, source: Seen, made: Seen, judges: Collection[str]
) -> tuple[Facts, float]:
    """Also how many degrees amiss. A mirrored face has turned the other way."""
    way = -1.0 if asked.wish.mirrored else 1.0
    facts: Facts = {}
    amiss = 0.0
    if source.yaw is not None and made.yaw is not None:
        facts["yaw found"] = round(way * made.yaw - source.yaw, 1)
        facts["judge of yaw"] = f"{named(DETECTION, judges)}, its five points"
        amiss = abs(way * made.yaw - source.yaw - yaw)
    before, now = source.pose, made.pose
    if before is not None and now is not None:
        facts["pitch found"] = round(now.pitch - before.pitch, 1)
        facts["roll found"] = round(way * now.roll - before.roll, 1)
        facts["judge of pitch and roll"] = f"{named(POSE, judges)}, whose mesh took part in making"
    return facts, amiss


def expressed(asked: Asked, made: Seen, judges: Collection[str]) -> Facts:
    if not asked.expression:
        return {}
    if not made.expression or asked.expression not in SEEN_AS:
        return {"expression found": UNMEASURED}
    return {
        "expression found": made.expression,
        "expression as asked": YES if made.expression in SEEN_AS[asked.expression] else NO,
        "judge of expression": named(EXPRESSION, judges),
    }


def named(task: Task[object], models: Collection[str]) -> str:
    """Which of the models does the task."""
    return next(name for name in models if registry.get(name).card.task == task)
