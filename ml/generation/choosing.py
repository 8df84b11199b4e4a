"""Ranks made portraits: is it the person, is it a good photo, and is it what was asked for?

Likeness is told by a recogniser that took no part in the making, and it is named. What could not be
measured takes no part in the rank and is None, not a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml import registry
from ml.contracts import EMBEDDING, EXPRESSION, POSE, QUALITY, Pose
from ml.contracts.portraits import SEEN_AS
from ml.pipelines import Context
from ml.registry import ModelCard, Policy
from ml.sequence import look
from ml.types import Embedding, Picture

Pixels = NDArray[np.uint8]
# What each part weighs, by judgement: who it is comes first.
LIKENESS, QUALITY_PART, POSE_PART, EXPRESSION_PART = 0.5, 0.2, 0.15, 0.15
ASTRAY = 20.0  # degrees off what was asked for are worth nothing
# Of a contact sheet, in sides of one picture.
MARGIN, CAPTION = 0.04, 0.16
PAPER, INK = (244, 245, 247), (40, 42, 46)


@dataclass(frozen=True, slots=True)
class Judges:
    """Models by name: what finds and measures faces, and the recogniser that tells likeness. limit:
    the distance within which one pair of strangers in a thousand comes."""

    models: tuple[str, ...]
    recogniser: str
    limit: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for. yaw, pitch: degrees that the head is seen at, None for any. expression:
    of ml.generation.expressions, or ""."""

    yaw: float | None = None
    pitch: float | None = None
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was measured of one made portrait; None for what could not be.

    distance: to the person's nearest known embedding; same: within the recogniser's limit.
    quality: 0..100. expression: how likely what was asked for is seen, 0..1. score: 0..1.
    """

    recogniser: str
    distance: float | None
    same: bool | None
    quality: float | None
    pose: Pose | None
    expression: float | None
    score: float


def judges(policy: Policy, took_part: Sequence[str] = ()) -> Judges | None:
    """took_part: names of recognisers that the making went by; None where no other is installed."""
    cards = [
        card
        for card in registry.cards()
        if card.task == EMBEDDING and card.strangers and policy.allows(card)
    ]
    free = [card for card in cards if not takes_part(card, took_part)]
    if not free:
        return None
    best = max(free, key=lambda card: card.rank)
    others = (registry.best(task, policy) for task in (QUALITY, POSE, EXPRESSION))
    asked = [best, *(card for card in others if card is not None)]
    return Judges(
        tuple(dict.fromkeys(name for card in asked for name in with_needs(card, policy))),
        best.name,
        float(best.strangers or 0),
    )


def takes_part(card: ModelCard, took_part: Sequence[str]) -> bool:
    """Whether it is one of them or shares weights with one."""
    files = {file.sha256 for source in card.weights for file in source.files}
    for name in took_part:
        other = registry.get(name).card
        theirs = {file.sha256 for source in other.weights for file in source.files}
        if card.name == name or files & theirs:
            return True
    return False


def with_needs(card: ModelCard, policy: Policy) -> list[str]:
    """A model and the best ones of what it needs, in no order."""
    found, waiting = [card.name], list(card.needs)
    while waiting:
        before = registry.best(waiting.pop(), policy)
        if before is not None and before.name not in found:
            found.append(before.name)
            waiting += before.needs
    return found


def judged(
    pixels: Pixels, own: Sequence[Embedding], wanted: Wanted, chosen: Judges, context: Context
) -> Judged:
    """pixels: H x W x 3, RGB. own: embeddings of the person by the judges' recogniser.

    Raises:
        SpaceMismatch: an embedding is another recogniser's.
    """
    report, outputs = look(Picture(pixels), chosen.models, context)
    if not report.faces:
        return Judged(chosen.recogniser, None, None, None, None, None, 0.0)
    face = max(range(len(report.faces)), key=lambda n: report.faces[n].box.area)
    codes = [
        one
        for one in report.embeddings
        if one.face == face and one.space.model == chosen.recogniser
    ]
    distance = min((code.distance(one) for code in codes for one in own), default=None)
    quality = outputs[QUALITY].data.scores[face] if QUALITY in outputs else None
    pose = outputs[POSE].data.poses[face] if POSE in outputs else None
    seen = (
        expression(outputs[EXPRESSION].data.odds[face], wanted) if EXPRESSION in outputs else None
    )
    same = None if distance is None else distance < chosen.limit
    score = mean(
        (LIKENESS, None if distance is None else max(0.0, 1 - distance / (2 * chosen.limit))),
        (QUALITY_PART, None if quality is None else quality / 100),
        (POSE_PART, near(pose, wanted)),
        (EXPRESSION_PART, seen),
    )
    return Judged(chosen.recogniser, distance, same, quality, pose, seen, score)


def expression(odds: Mapping[str, float] | None, wanted: Wanted) -> float | None:
    """How likely one of the words is seen that what was asked for may be seen as."""
    if odds is None or wanted.expression not in SEEN_AS:
        return None
    return sum(odds.get(word, 0.0) for word in SEEN_AS[wanted.expression])


def near(pose: Pose | None, wanted: Wanted) -> float | None:
    """0..1: how near the head's turn is to what was asked for."""
    if pose is None or (wanted.yaw is None and wanted.pitch is None):
        return None
    off = [
        abs(now - asked)
        for now, asked in ((pose.yaw, wanted.yaw), (pose.pitch, wanted.pitch))
        if asked is not None
    ]
    return max(0.0, 1 - max(off) / ASTRAY)


def mean(*parts: tuple[float, float | None]) -> float:
    """Of those that were measured."""
    known = [(weight, value) for weight, value in parts if value is not None]
    return sum(w * v for w, v in known) / sum(w for w, _ in known) if known else 0.0


def ranked(told: Sequence[Judged]) -> list[int]:
    """Which is best, second ...: those taken for the person first, then by score; of equals the
    earlier one."""
    return sorted(range(len(told)), key=lambda n: (told[n].same is not True, -told[n].score, n))


def caption(place: int, one: Judged) -> str:
    """A line for the contact sheet."""
    if one.distance is None:
        return f"{place}. likeness not measured"
    same = "taken for the person" if one.same else "not taken for the person"
    return f"{place}. {same} ({one.distance:.2f})"


def contact_sheet(
    pictures: Sequence[Pixels], captions: Sequence[str], columns: int = 4, side: int = 320
) -> Pixels:
    """The pictures in rows with a line below each, as they are given. side: pixels of each."""
    from PIL import Image, ImageDraw, ImageFont, ImageOps

    wide = min(columns, len(pictures))
    high = -(-len(pictures) // wide)
    gap, line = round(MARGIN * side), round(CAPTION * side)
    size = wide * (side + gap) + gap, high * (side + line + gap) + gap
    sheet = Image.new("RGB", size, PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=max(9, round(line * 0.33)))
    for number, (pixels, words) in enumerate(zip(pictures, captions, strict=True)):
        row, column = divmod(number, wide)
        at = gap + column * (side + gap), gap + row * (side + line + gap)
        sheet.paste(ImageOps.fit(Image.fromarray(pixels), (side, side)), at)
        pen.text((at[0] + 2, at[1] + side + line // 4), words, font=font, fill=INK)
    return np.asarray(sheet)
