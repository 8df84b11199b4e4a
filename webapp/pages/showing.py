"""What the photo page shows: cards of faces and layers, from stored or provisional results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from uuid import UUID

from ml import registry
from ml.contracts import DETECTION
from ml.registry import Figure
from ml.traits import UNSURE
from ml.types import Reading, Report
from webapp.models import Job, Photo
from webapp.pages.drawing import Drawn, crop, drawn
from webapp.pages.files import Made, made_files, portraying, protecting
from webapp.pages.wording import reading_words
from webapp.selectors.evidence import is_evidence
from webapp.selectors.provisional import results_from
from webapp.selectors.results import Group, Known, Results, ShownFace, ShownRun, results_of

BY_GROUP = " by "  # in the names of figures that tell groups of people apart
DOUBT = 0.6  # words with a lower score are wrong about as often as right, and are said as guesses
MANY, FIRST = 6, 4  # of more numbers than MANY a row gives the FIRST largest


@dataclass(frozen=True, slots=True)
class Value:
    """One reading in words. score: 0..1 or None. name: "" where its row's title says it.
    doubtful: a word that is hardly likelier than not. other: the second face it is about."""

    name: str
    words: str
    score: float | None
    measured: bool
    doubtful: bool = False
    other: UUID | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What one model read, and how far to trust it. more: what there was no room for among the
    values. notes: what is to be known of values that were measured. figures: the first that was
    measured, and how groups of people fare."""

    title: str
    values: tuple[Value, ...]
    more: tuple[Value, ...]
    notes: tuple[str, ...]
    run: ShownRun
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of a card that belong together."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A face as its card shows it. crop: an SVG viewBox over the display picture."""

    id: UUID
    number: int
    crop: str
    name: str
    found: bool
    sections: tuple[Section, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(chain.from_iterable(section.rows for section in self.sections))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the newest job of a kind that protects says of what it made. lines: name, words, note;
    what it says of single faces stands in its proof."""

    title: str
    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """All that is drawn and said about a photo. looked: some model looked at it, so that no card
    means no face. provisional: the job still runs. silent: runs that no row names. files: made
    ones, newest first. outcomes: of the jobs that protect."""

    cards: tuple[Card, ...]
    rows: tuple[Row, ...]
    layers: tuple[Drawn, ...]
    runs: tuple[ShownRun, ...]
    silent: tuple[ShownRun, ...]
    files: tuple[Made, ...]
    outcomes: tuple[Outcome, ...]
    looked: bool
    provisional: bool

    @property
    def protected(self) -> tuple[Made, ...]:
        """The files that tell less than the photo."""
        return tuple(one for one in self.files if one.protects)

    @property
    def others(self) -> tuple[Made, ...]:
        """Those that have no tab of their own."""
        return tuple(one for one in self.files if not one.protects and one.job not in portraying())


def shown_of(photo: Photo, job: Job | None) -> Shown:
    """The stored results; while none are stored, what the open job found so far."""
    results = results_of(photo)
    if results.runs or job is None or not job.is_open or not job.partial:
        return shown(results, provisional=False)
    return shown(results_from(photo, Report.from_json(job.partial)), provisional=True)


def shown(results: Results, *, provisional: bool) -> Shown:
    finder = next((run for run in results.runs if run.task == DETECTION.name), None)
    cards = tuple(card(face, finder) for face in results.faces)
    whole = rows(group for group in results.groups if is_read(group.run))
    named = {row.run.model for row in chain(whole, *(card.rows for card in cards))}
    return Shown(
        cards=cards,
        rows=whole,
        layers=tuple(drawn(results.layers, results.faces)),
        runs=results.runs,
        silent=tuple(run for run in results.runs if run.model not in named and is_read(run)),
        files=made_files(results.artifacts, results.faces),
        outcomes=tuple(outcomes(results.groups)),
        looked=bool(results.runs),
        provisional=provisional,
    )


def is_read(run: ShownRun) -> bool:
    """Whether it was read off the photo, and belongs on a face's card or to the photo."""
    return not is_evidence(run) and run.model not in protecting()


def outcomes(groups: Iterable[Group]) -> Iterator[Outcome]:
    """Of each kind of job that protected the photo."""
    kinds = protecting()
    for group in groups:
        if group.run.model in kinds:
            lines = ((one.name, reading_words(one), one.note) for one in group.readings)
            yield Outcome(group.run.title, tuple(lines))


def card(face: ShownFace, finder: ShownRun | None) -> Card:
    """finder: the detector, whose finding is the first reading of each face it found."""
    found = (found_by(finder, face),) if finder and face.found else ()
    said = found + rows(group for group in face.groups if is_read(group.run))
    sections = (
        Section(group.value, tuple(row for row in said if row.run.group is group))
        for group in registry.Group
        if group is not registry.Group.EVIDENCE
    )
    return Card(
        id=face.id,
        number=face.number,
        crop=crop(face.box),
        name=face.name,
        found=face.found,
        sections=tuple(section for section in sections if section.rows),
    )


def found_by(finder: ShownRun, face: ShownFace) -> Row:
    """That there is a face, and how sure the detector is."""
    return row("A face", (Value("", "sure", face.score, True),), (), (), finder)


def rows(groups: Iterable[Group]) -> tuple[Row, ...]:
    return tuple(
        row(group.run.task_title, *first_and_more(group), notes(group), group.run)
        for group in groups
    )


def notes(group: Group) -> tuple[str, ...]:
    """What was noted of measured values, each thing once."""
    said = (one.note for one in group.readings if one.value is not None and one.note)
    return tuple(dict.fromkeys(said))


def row(
    title: str,
    values: tuple[Value, ...],
    more: tuple[Value, ...],
    notes: tuple[str, ...],
    run: ShownRun,
) -> Row:
    measured = registry.get(run.model).card.measured if run.registered else ()
    groups = tuple(figure for figure in measured[1:] if BY_GROUP in figure.metric)
    return Row(title, values, more, notes, run, (*measured[:1], *groups))


def first_and_more(group: Group) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """All values where they are few; of many numbers without a unit the largest, of many others
    the first, and then the rest in the order read, so that one model does not fill the card."""
    plain = (one for one in group.readings if not one.unit)
    numbers = [one for one in plain if isinstance(one.value, int | float)]
    if len(numbers) <= MANY:
        return first_few(group)
    most = sorted(numbers, key=lambda one: -float(one.value or 0))
    largest = [most[0], *(one for one in most[1:FIRST] if one.value)]
    rest = [one for one in group.readings if one not in largest]
    first, more = (replace(group, readings=tuple(part)) for part in (largest, rest))
    return values(first), values(more)


def first_few(group: Group) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """In the order read; a model with much to say says first what matters most."""
    said = values(group)
    return (said, ()) if len(said) <= MANY else (said[:FIRST], said[FIRST:])


def values(group: Group) -> tuple[Value, ...]:
    """In the order read; the same reason for not measuring is given once."""
    titles = {group.run.task.lower(), group.run.task_title.lower()}
    found = [
        Value(
            name="" if reading.name.lower() in titles else reading.name.replace("-", " "),
            words=_words(reading, group.other(reading)),
            score=reading.score,
            measured=reading.value is not None,
            doubtful=_doubted(reading),
            other=group.other_id(reading),
        )
        for reading in group.readings
    ]
    reasons = {value.words for value in found if not value.measured}
    measured = tuple(value for value in found if value.measured)
    return measured + tuple(Value("", words, None, False) for words in sorted(reasons))


def _doubted(reading: Reading) -> bool:
    """A word that says itself that it is unsure needs no "perhaps"."""
    word = reading.value
    return isinstance(word, str) and word != UNSURE and (reading.score or 1) < DOUBT


def _words(reading: Reading, other: Known | None) -> str:
    """The value; of a reading about two faces the second one's name, or its number."""
    if other is None or reading.value is None:
        return reading_words(reading)
    return other.name or f"face {other.number}"
