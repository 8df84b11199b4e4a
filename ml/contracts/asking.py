"""What answers questions is given."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from ml.contracts.views import Output, View
from ml.progress import Progress, silent
from ml.registry import Model, Sensitive
from ml.types import Answer, Origin, Question, Reading


def unlimited() -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A service elsewhere that speaks the OpenAI protocol (chat completions).

    url: up to "/v1", as it is written in its manual. model: as the service calls it. key: a secret,
    "" for none. private: it may stand in this machine's own network. sensitive: it may be asked
    what is nobody's business, where the person asking turned that on too. seconds: for one request.
    permit: called before each request, retries too; raises MLError where none may be sent any more.
    tokens: the longest reply. retries: of a request that got no answer. pause: seconds before the
    first retry, doubled for each one more, where the service does not say how long.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    private: bool = False
    sensitive: bool = False
    seconds: float = 60.0
    permit: Callable[[], None] = field(default=unlimited, repr=False)
    tokens: int = 400
    retries: int = 2
    pause: float = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """questions: each is answered or declined, in their order, for everybody asked about.
    faces: indices into View.faces of whom it is asked; none: the photo, or whoever is described.
    described: the person meant, in words ("the woman in the red coat"); "" for nobody.
    marked: the faces are told apart by numbers drawn on the photo, and asked about together.
    readings: what models measured of the photo, for answers that rest on measurements.
    allowed: the kinds of sensitive question that whoever asks turned on; others are declined.
    endpoint: the service to ask, for the engine that asks one.
    """

    questions: Sequence[Question]
    faces: tuple[int, ...] = ()
    described: str = ""
    marked: bool = False
    readings: tuple[Reading, ...] = ()
    allowed: frozenset[Sensitive] = frozenset()
    endpoint: Endpoint | None = None


class Engine(Model):
    """A model that answers questions about a photo. Its task is PROMPTING.

    offered: people are offered it to ask; others only point at what words describe. origin: what
    kind of thing it is.
    """

    offered: ClassVar[bool] = True
    origin: ClassVar[Origin] = Origin.MEASUREMENT

    @abstractmethod
    def answers(self, view: View, asked: Asked, progress: Progress = silent) -> list[Answer]:
        """An answer a question and face asked about: question by question, then face by face.

        Raises:
            MLError: the engine cannot work at all; a single question that it cannot answer is
                declined, and one it answers wrongly invalid.
            Cancelled: somebody asked for that.
        """

    def run(self, view: View) -> Output:
        """Nothing is answered unasked."""
        return Output()
