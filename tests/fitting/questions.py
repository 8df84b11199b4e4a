"""How often measured answers are right: `python -m tests.fitting.questions PHOTOS`.

questions.csv holds questions about shared photos with what one person saw there: yes, no, a number,
words that the answer begins with (several with |), or "declined" for what no measurement can say.
The word lists were looked at with the photos of one half; the other half's count. Nothing is
written.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ml import decode, registry
from ml.contracts import Asked, View
from ml.evaluation.looking import installed, needed
from ml.pipelines import Context
from ml.pool import Pool
from ml.prompting.measured import MeasuredAnswers
from ml.registry import Device, ModelCard, best
from ml.sequence import look
from ml.types import Answer, Question
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

QUESTIONS = Path(__file__).with_name("questions.csv")
DECLINED = "declined"


@dataclass(frozen=True)
class Asking:
    file: str
    question: str
    described: str
    expected: str

    @property
    def first_half(self) -> bool:
        return int(sha256(self.file.encode()).hexdigest(), 16) % 2 == 0

    def right(self, answer: Answer) -> bool:
        if answer.value is None or self.expected == DECLINED:
            return (answer.value is None) == (self.expected == DECLINED)
        return any(shown(answer).startswith(one) for one in self.expected.split("|"))


def shown(answer: Answer) -> str:
    value = answer.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def read() -> list[Asking]:
    with QUESTIONS.open(newline="") as file:
        return [Asking(**row) for row in csv.DictReader(file)]


def planned(weights: Weights) -> tuple[str, ...]:
    """All models that run unasked, with what they need."""
    policy = installed(weights)
    unasked = [task for task in registry.tasks().values() if task.unasked]
    cards: list[ModelCard] = [card for task in unasked if (card := best(task, policy))]
    return tuple({card.name: card for card in [*needed(cards, weights), *cards]})


def answered(photos: Path, asked: list[Asking]) -> Iterator[tuple[Asking, Answer]]:
    weights = Weights(weights_folder())
    pool, models = Pool(weights), planned(weights)
    engine = MeasuredAnswers(weights, Device.CPU)
    for file in sorted({one.file for one in asked}):
        picture = decode.picture(photos / file)
        report, _ = look(picture, models, Context(pool))
        view = View(picture, report.faces)
        for one in (one for one in asked if one.file == file):
            question = Question(one.question)
            said = engine.answers(
                view, Asked([question], described=one.described, readings=report.readings)
            )
            yield one, said[0]


def main(photos: Path) -> None:
    registry.discover()
    found = list(answered(photos, read()))
    for one, answer in found:
        if not one.right(answer):
            said = shown(answer) if answer.value is not None else answer.declined[:90]
            print(f"{one.file}: {one.question} {one.described}: {one.expected} -> {said}")
    for half in (True, False):
        told(half, [(one, answer) for one, answer in found if one.first_half is half])


def told(first: bool, found: list[tuple[Asking, Answer]]) -> None:
    given = [(one, answer) for one, answer in found if answer.value is not None]
    right = sum(one.right(answer) for one, answer in given)
    beyond = [one.right(answer) for one, answer in found if one.expected == DECLINED]
    rest = len(found) - len(given) - sum(beyond)
    half = "looked at" if first else "not looked at"
    share = 100 * right / max(len(given), 1)
    print(f"{half}: {len(found)} questions; {len(given)} answered, {share:.1f} % of them rightly")
    print(f"  {len(beyond)} no measurement can say: {sum(beyond)} declined; {rest} others declined")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
