"""Questions and answers in words, as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from ml import registry
from ml.contracts import PROMPTING
from ml.prompting.library import QUESTIONS
from ml.prompting.pipeline import MEASURED, REMOTE
from ml.types import Answer, Form, Origin, Question
from webapp.models import Question as Row
from webapp.pages.wording import DEGREES
from webapp.selectors.capabilities import installed
from webapp.selectors.questions import Resting, Said, answers_of, hidden

MOST_BARS = 8
MOST_NAMED = 3  # language models
NOT_A_MODEL = "Measured, and no language model: it tells what was measured, and no more."
OF_THE_PHOTO = "the photo"


@dataclass(frozen=True, slots=True)
class Bar:
    """How likely one choice is. share: 0..1."""

    words: str
    share: float
    percent: int


@dataclass(frozen=True, slots=True)
class Source:
    """What an answer rests on. href: where that is shown. face: whom it was read of."""

    words: str
    by: str
    href: str
    face: UUID | None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer in words. about: whom it is about. why: it was declined, or is no answer."""

    about: str
    face: UUID | None
    words: str
    bars: tuple[Bar, ...]
    notes: tuple[str, ...]
    sources: tuple[Source, ...]
    why: str

    @property
    def declined(self) -> bool:
        return bool(self.why)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in words. about: of whom it was asked. engine: who answered. read_as: the words of
    the library, where a typed question was taken for one of its. silent: why there is no answer.
    limits: what is to be known of who answered. instead: who else could answer what was declined.
    """

    row: Row
    text: str
    about: str
    engine: str
    read_as: str
    answers: tuple[Answered, ...]
    silent: str
    limits: str
    instead: str


def asked(row: Row) -> Asked:
    """The question with those of its answers that may be shown."""
    said = answers_of(row)
    cards = {card.name: card for card in registry.cards()}
    card = cards.get(row.engine)
    known = QUESTIONS.get(row.prompt)
    measured = any(one.told.origin is Origin.MEASUREMENT for one in said)
    return Asked(
        row=row,
        text=row.text,
        about=about_words(row),
        engine=card.title if card else row.engine,
        read_as=known.text if known and known.text != row.text else "",
        answers=tuple(answered(row, one) for one in said),
        silent=_silent(row),
        limits=NOT_A_MODEL if measured else (card.known_limits if card else ""),
        instead=_instead() if measured and any(one.told.declined for one in said) else "",
    )


def about_words(row: Row) -> str:
    """Of whom it was asked."""
    if described := row.options.get("described"):
        return f"“{described}”"
    if row.options.get("marked"):
        return "all faces, by numbers"
    if count := len(row.options.get("faces", ())):
        return "1 chosen face" if count == 1 else f"{count} chosen faces"
    return OF_THE_PHOTO


def answered(row: Row, said: Said) -> Answered:
    told = said.told
    return Answered(
        about=who(said),
        face=said.face,
        words="" if told.value is None else value_words(told),
        bars=bars(told),
        notes=tuple(notes(told)),
        sources=tuple(source(row, one) for one in said.sources),
        why=told.declined or (f"This is no answer: {told.invalid}" if told.invalid else ""),
    )


def who(said: Said) -> str:
    """The face's name or number, or the words for a person; "" for the photo."""
    if said.face is not None:
        return said.name or f"Face {said.number}"
    return said.told.described and f"“{said.told.described}”"


def value_words(told: Answer) -> str:
    """The value as one reads it: "Yes", "34 years (28–41)", "red, blue"."""
    value, question = told.value, told.question
    if question.form is Form.BOXES:
        count = len(told.boxes)
        return "1 place" if count == 1 else f"{count} places"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, tuple):
        return ", ".join(value) or "none of them"
    if isinstance(value, int | float):
        return _amount(float(value), told, question)
    return str(value)


def _amount(value: float, told: Answer, question: Question) -> str:
    unit = "°" if question.unit in DEGREES else f" {question.unit}" if question.unit else ""
    ends = "" if told.interval is None else " ({:.3g}–{:.3g})".format(*told.interval)
    return f"{value:.4g}{ends}{unit}"


def bars(told: Answer) -> tuple[Bar, ...]:
    """The likeliest choices first; none where the engine cannot tell."""
    most = sorted(told.odds.items(), key=lambda pair: -pair[1])[:MOST_BARS]
    return tuple(Bar(words, share, round(100 * share)) for words, share in most)


def notes(told: Answer) -> list[str]:
    """How far to trust it."""
    found = []
    if told.value is not None and told.score is not None and not told.odds:
        found.append(f"Score {told.score:.2f}.")
    if told.agreement is not None:
        count = 1 + len(told.question.paraphrases)
        found.append(f"Asked in {count} ways, {told.agreement:.0%} agreed.")
    return found


def source(row: Row, one: Resting) -> Source:
    """Where a reading is shown: on its face's card, or with the photo's own."""
    page = reverse("photo", args=[row.photo_id])
    place = f"#face-{one.face}" if one.face else "#faces"
    words = f"{one.name.replace('-', ' ')}: {one.value}" if one.value else one.name
    return Source(words.replace("_", " "), one.title, page + place, one.face)


def _instead() -> str:
    """Which language models there are to ask, here or to be fetched."""
    cards = [one for one in registry.cards() if one.task == PROMPTING]
    models = [card for card in cards if card.name not in (MEASURED, REMOTE)]
    here = [card.title for card in models if card.name in installed()]
    if here:
        return f"A language model can be asked: {', '.join(here[:MOST_NAMED])}."
    titles = ", ".join(card.title for card in models[:MOST_NAMED])
    return f"A language model might tell; none is installed ({titles})." if models else ""


def _silent(row: Row) -> str:
    if hidden(row):
        return "What was answered is sensitive, and turned off now."
    return "Nobody was found on the photo whom it could be about."
