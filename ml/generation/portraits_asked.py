"""What portraits are asked for, and what that makes each of several variations wish."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml import registry
from ml.contracts import PORTRAITS
from ml.contracts.portraits import From, Light, Wish
from ml.generation.backgrounds import Background, Behind
from ml.generation.expressions import EXPRESSIONS
from ml.generation.portraits_mesh import NAME

NONE = "none"
YAW, PITCH, ROLL = 30, 20, 20  # degrees, the most that a head is turned by
AROUND = (6.0, 4.0, 3.0)  # degrees: how far variations go from what was asked, either way
WEAKER, STRONGER = 0.7, 1.15  # and how strong their expressions are, of what was asked
MOST = 6
SIDES = (512, 768, 1024)
MOST_OTHERS = 3  # further photos
COLOUR = re.compile("#[0-9a-fA-F]{6}")
TINTED = (Behind.COLOUR, Behind.STUDIO)  # by the colour that is chosen


def portrayers() -> tuple[str, ...]:
    """The names of what draws portraits, best first."""
    return tuple(card.name for card in registry.cards() if card.task == PORTRAITS)


def expressions() -> tuple[str, ...]:
    return (NONE, *EXPRESSIONS)


WRITE_IT = "Write the colour as #rrggbb."
NO_PHOTO = "Choose the photo that is to be behind."
UNUSED = "A photo to be behind was chosen: choose that background, or no photo."


# Fields that every job with a face to be drawn has.
WHOSE = {"title": "Whose portrait", "format": "faces", "most": 1}
TURN = {
    "title": "Turn the head",
    "help": "Degrees; to the right as the viewer sees it.",
    "min": -YAW,
    "max": YAW,
}
RAISE = {"title": "Raise the head", "help": "Degrees; the chin up.", "min": -PITCH, "max": PITCH}


@dataclass(frozen=True, slots=True)
class PortraitsOptions:
    """Whose face, turned how, and before what."""

    faces: tuple[str, ...] = field(default=(), metadata=WHOSE)
    yaw: int = field(default=0, metadata=TURN)
    pitch: int = field(default=0, metadata=RAISE)
    roll: int = field(
        default=0,
        metadata={
            "title": "Tilt the head",
            "help": "Degrees, clockwise.",
            "min": -ROLL,
            "max": ROLL,
            "rare": True,
        },
    )
    expression: str = field(
        default=NONE,
        metadata={
            "title": "Expression",
            "help": "Whether it shows is measured where apparent expressions are read.",
            "choices": expressions,
        },
    )
    strength: int = field(
        default=100,
        metadata={"title": "How strong", "help": "Of the expression, in %.", "min": 20, "max": 120},
    )
    others: tuple[str, ...] = field(
        default=(),
        metadata={
            "title": "Further photos of them",
            "help": "Three at most, of one sitting: those in this one’s light and with its "
            "expression tell how deep the face is and lend skin that it hides; no others are used.",
            "format": "same",
            "most": MOST_OTHERS,
        },
    )
    light: str = field(
        default=NONE, metadata={"title": "Light from", "choices": (NONE, *map(str, From))}
    )
    light_strength: int = field(
        default=60, metadata={"title": "How much light", "help": "In %.", "min": 10, "max": 100}
    )
    background: str = field(
        default=Behind.OWN.value,
        metadata={"title": "Background", "choices": tuple(map(str, Behind))},
    )
    colour: str = field(
        default="#8a8f98",
        metadata={"title": "Its colour", "help": "Of one colour, and of studio light."},
    )
    backdrop: tuple[str, ...] = field(
        default=(),
        metadata={
            "title": "The other photo",
            "help": "Only for that background.",
            "format": "photos",
            "most": 1,
        },
    )
    count: int = field(
        default=1,
        metadata={
            "title": "Variations",
            "help": "The first is as asked, others lie around it; the best is shown first.",
            "min": 1,
            "max": MOST,
        },
    )
    mirrored: bool = field(default=False, metadata={"title": "Left for right", "rare": True})
    badge: bool = field(
        default=False,
        metadata={
            "title": "Write “re-rendered” on it",
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
    side: int = field(
        default=768, metadata={"title": "Size", "help": "Pixels.", "choices": SIDES, "rare": True}
    )
    seed: int = field(
        default=0,
        metadata={
            "title": "Seed",
            "help": "The same seed gives the same variations.",
            "min": 0,
            "max": 2**31 - 1,
            "rare": True,
        },
    )
    engine: str = field(
        default=NAME, metadata={"title": "Made by", "choices": portrayers, "rare": True}
    )

    def __post_init__(self) -> None:
        """
        Raises:
            ValueError: the colour is none, or what was chosen does not fit together; with a
                sentence.
        """
        if (self.background == Behind.PHOTO) is not bool(self.backdrop):
            raise ValueError(NO_PHOTO if not self.backdrop else UNUSED)
        if not COLOUR.fullmatch(self.colour):
            raise ValueError(WRITE_IT)


def background_of(options: PortraitsOptions, photo: NDArray[np.uint8] | None = None) -> Background:
    """photo: H x W x 3, RGB, the one to be behind."""
    red, green, blue = bytes.fromhex(options.colour.removeprefix("#"))
    return Background(Behind(options.background), colour=(red, green, blue), photo=photo)


@dataclass(frozen=True, slots=True)
class Asked:
    """One variation. number: from 1; the first is what was asked for. strength: of the expression,
    1 for as it is documented."""

    number: int
    wish: Wish
    expression: str
    strength: float


def variations(options: PortraitsOptions) -> Iterator[Asked]:
    """As many as asked for, the same for the same seed."""
    for number in range(1, options.count + 1):
        way, weight = np.zeros(3), 1.0
        if number > 1:
            chance = np.random.default_rng((options.seed, number))
            way, weight = chance.uniform(-1, 1, 3) * AROUND, chance.uniform(WEAKER, STRONGER)
        yield _asked(options, number, way.tolist(), options.strength / 100 * float(weight))


def _asked(options: PortraitsOptions, number: int, by: list[float], strength: float) -> Asked:
    turn = zip((options.yaw, options.pitch, options.roll), by, (YAW, PITCH, ROLL), strict=True)
    yaw, pitch, roll = (round(min(max(at + off, -most), most), 1) for at, off, most in turn)
    named = EXPRESSIONS.get(options.expression, {})
    light = None
    if options.light != NONE:
        light = Light(From(options.light), options.light_strength / 100)
    values = {name: value * strength for name, value in named.items()}
    wish = Wish(yaw, pitch, roll, "", values, light, options.mirrored)
    return Asked(number, wish, "" if not named else options.expression, round(strength, 3))
