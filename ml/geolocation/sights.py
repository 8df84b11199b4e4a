"""Asks somebody who sees where a photo was taken, in GeoCoT's five steps (Song et al., 2025):
continent and climate, country, city, landmarks, details. Each step knows what the last ones said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ml.asking import Ask
from ml.types import Answer, Form, Picture, Question

UNSURE = "cannot tell"
CONTINENTS = ("Africa", "Asia", "Europe", "North America", "South America", "Oceania")
CLIMATES = ("tropical", "dry", "temperate", "with cold winters", "polar")
SIDES = ("left", "right")
PLANTS = ("palms", "conifers", "broad-leaved trees", "cactus or scrub")
NOTHING = frozenset(["", "none", "no", "nothing", "unknown", "n/a", UNSURE, "i don't know"])


@dataclass(frozen=True, slots=True)
class Asking:
    """One question of a step. step: 1 to 5. name: a slug. title: for people."""

    step: int
    name: str
    title: str
    question: Question


@dataclass(frozen=True, slots=True)
class Sight:
    """What was answered to it. value: "" for nothing. score: how sure that is, 0..1: as the engine
    says, or the share of wordings that agree. why: there is no value."""

    step: int
    name: str
    title: str
    engine: str
    value: str
    score: float
    why: str = ""


def choice(text: str, choices: Sequence[str], *again: str) -> Question:
    return Question(text, Form.CHOICE, (*choices, UNSURE), paraphrases=again)


def words(text: str, *again: str) -> Question:
    return Question(text, Form.TEXT, paraphrases=again)


STEPS = (
    Asking(1, "continent", "Continent", choice(
        "On which continent was this photo taken?", CONTINENTS,
        "Judging by all that is to be seen, which continent is this?")),
    Asking(1, "climate", "Climate", choice(
        "What is the climate like where this photo was taken?", CLIMATES,
        "Which climate do the plants, the light and the clothes here speak of?")),
    Asking(2, "country", "Country", words(
        "In which country was this photo taken? Answer with its name in English.",
        "Name the one country, in English, that this photo most likely shows.")),
    Asking(3, "city", "City", words(
        "In or near which city was this photo taken? Answer with its name, or “none”.",
        "Name the city that is likeliest for this photo; “none” if it shows no city.")),
    Asking(4, "landmark", "Landmark", words(
        "Which landmark or named place is to be seen? Answer with its name and town, or “none”.",
        "Name a building, a monument or another place that you recognise here, with its town; "
        "“none” if there is none.")),
    Asking(5, "side", "Side of the road", choice(
        "On which side of the road do vehicles drive here?", SIDES,
        "Do cars keep to the left or to the right in this photo?")),
    Asking(5, "plants", "Plants", choice(
        "Which plants are the most striking in this photo?", PLANTS,
        "What grows here, above all?")),
)  # fmt: skip


def looked(picture: Picture, ask: Ask) -> tuple[Sight, ...]:
    """An answer to each question, step by step.

    Raises:
        MLError, Cancelled: as for ml.asking.answered.
    """
    found: list[Sight] = []
    for one in STEPS:
        before = [sight for sight in found if sight.value and sight.step < one.step]
        (answer,) = ask(picture, [knowing(one.question, before)])
        found.append(sight_of(one, answer))
    return tuple(found)


def knowing(question: Question, before: Sequence[Sight]) -> Question:
    """The question with what the steps before it said, in each of its wordings."""
    if not before:
        return question
    said = "; ".join(f"{sight.title.lower()}: {sight.value}" for sight in before)
    known = f"So far it seems to be ({said})."
    again = tuple(f"{known} {text}" for text in question.paraphrases)
    return replace(question, text=f"{known} {question.text}", paraphrases=again)


def sight_of(one: Asking, answer: Answer) -> Sight:
    told = "" if answer.value is None else str(answer.value).strip().rstrip(".")
    value = "" if told.casefold() in NOTHING else told
    why = "" if value else answer.declined or answer.invalid or f"answered “{told}”"
    score = answer.score if answer.score is not None else answer.agreement
    sure = 1.0 if score is None else float(score)
    return Sight(one.step, one.name, one.title, answer.engine, value, sure, why)


def other_words(question: Question) -> Question:
    first, *others = question.paraphrases
    return replace(question, text=first, paraphrases=tuple(others))


def rephrased(ask: Ask) -> Ask:
    """Asks the same in other words: each question's first paraphrase instead of its own."""

    def other(picture: Picture, questions: Sequence[Question]) -> Sequence[Answer]:
        return ask(picture, [other_words(one) for one in questions])

    return other
