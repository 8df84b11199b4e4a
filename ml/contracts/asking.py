"""What answers questions is given."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from ml.contracts.views import Output, View
from ml.progress import Progress, silent
from ml.registry import Model
from ml.types import Answer, Question, Reading


@dataclass(frozen=True, slots=True)
class Asked:
    """questions: each is answered or declined, in their order, for everybody asked about.
    faces: indices into View.faces of whom it is asked; none: the photo, or whoever is described.
    described: the person meant, in words ("the woman in the red coat"); "" for nobody.
    marked: the faces are told apart by numbers drawn on the photo, and asked about together.
    readings: what models measured of the photo, for answers that rest on measurements.
    """

    questions: Sequence[Question]
    faces: tuple[int, ...] = ()
    described: str = ""
    marked: bool = False
    readings: tuple[Reading, ...] = ()


class Engine(Model):
    """A model that answers questions about a photo. Its task is PROMPTING."""

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
