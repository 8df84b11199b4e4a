"""What pictures of a person are asked for, in words and numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ml import registry
from ml.contracts import GENERATION
from ml.contracts.portraits import Wish
from ml.generation.expressions import EXPRESSIONS
from ml.generation.portraits_asked import WHOSE
from ml.generation.styles import STYLES

NONE = "none"
SIDES = (256, 512, 768, 1024)
YAW, PITCH = 45, 30  # degrees


class Begin(StrEnum):
    """What pictures are made out of."""

    NOTHING = "nothing"
    PHOTO = "the photo"
    FACE = "the photo, around the face alone"


def engines() -> tuple[str, ...]:
    """The names of all back ends, installed or not, best first."""
    return tuple(card.name for card in registry.cards() if card.task == GENERATION)


def styles() -> tuple[str, ...]:
    return (NONE, *STYLES)


def expressions() -> tuple[str, ...]:
    return (NONE, *EXPRESSIONS)


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """Of whom, what is to be seen, and by what it is made."""

    faces: tuple[str, ...] = field(default=(), metadata=WHOSE)
    prompt: str = field(
        default="",
        metadata={
            "title": "What is to be seen",
            "help": "A photo of a person in a red coat, in a library. In English, some 70 words.",
            "format": "textarea",
        },
    )
    negative: str = field(default="", metadata={"title": "What is not to be seen", "rare": True})
    style: str = field(default=NONE, metadata={"title": "Style", "choices": styles})
    strength: int = field(
        default=0,
        metadata={
            "title": "Weight of the face",
            "min": 0,
            "max": 100,
            "help": "Against the words, in %; 0 takes the style's own.",
            "rare": True,
        },
    )
    count: int = field(default=4, metadata={"title": "Pictures", "min": 1, "max": 16})
    begin: Begin = field(
        default=Begin.NOTHING,
        metadata={
            "title": "Begin from",
            "help": "Around the face alone: all else of the photo stays as it is.",
        },
    )
    change: int = field(
        default=60,
        metadata={
            "title": "How far the photo is left behind",
            "help": "In %, where pictures begin from it.",
            "min": 10,
            "max": 100,
        },
    )
    yaw: int = field(
        default=0,
        metadata={
            "title": "Turn the head",
            "help": "Degrees; to the right as the viewer sees it.",
            "min": -YAW,
            "max": YAW,
        },
    )
    pitch: int = field(
        default=0,
        metadata={
            "title": "Raise the head",
            "help": "Degrees; the chin up.",
            "min": -PITCH,
            "max": PITCH,
        },
    )
    expression: str = field(default=NONE, metadata={"title": "Expression", "choices": expressions})
    others: bool = field(
        default=False,
        metadata={
            "title": "Look at other photos of them, too",
            "help": "The three newest of this gallery.",
        },
    )
    learnt: bool = field(
        default=False,
        metadata={
            "title": "Use what was learnt of them",
            "help": "As their page says; for back ends that follow words.",
        },
    )
    side: int = field(
        default=512, metadata={"title": "Size", "help": "Pixels.", "choices": SIDES, "rare": True}
    )
    fast: bool = field(
        default=False,
        metadata={"title": "Fast mode", "help": "Few steps: quicker, and less exact."},
    )
    steps: int = field(default=25, metadata={"title": "Steps", "min": 1, "max": 100, "rare": True})
    seed: int = field(
        default=0,
        metadata={
            "title": "Seed",
            "help": "The same seed makes the same pictures; 0 takes one by chance.",
            "min": 0,
            "max": 2**31 - 1,
            "rare": True,
        },
    )
    badge: bool = field(
        default=False,
        metadata={
            "title": "Write “made by a model” on it",
            "help": "In a corner; the file itself always says so.",
            "rare": True,
        },
    )
    hidden: bool = field(
        default=False,
        metadata={
            "title": "Hide a number in it",
            "help": "By which it is known again after saving anew, smaller or somewhat cropped; it "
            "hardly shows.",
            "rare": True,
        },
    )
    engine: str = field(
        default="ip-adapter-plus-face", metadata={"title": "Made by", "choices": engines}
    )

    @property
    def wish(self) -> Wish:
        """Where the face is to go; Wish() where nothing is said of that."""
        looks = "" if self.expression == NONE else self.expression
        return Wish(yaw=float(self.yaw), pitch=float(self.pitch), expression=looks)

    @property
    def posed(self) -> bool:
        return self.wish != Wish()
