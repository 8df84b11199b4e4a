"""The jobs "make-up" and "cloak": a photo's faces changed so that recognisers do not match them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ml import registry
from ml.contracts import DETECTION, EMBEDDING, MESH, PARSING, POSE
from ml.contracts.disguising import HIDE, IN_TURN, NOTHING, PASS_FOR
from ml.errors import MLError
from ml.pipelines import Context, Pipeline, Urgency, Whose, register
from ml.protection import kinds, makeup_words, recognisers
from ml.protection.disguise_job import DisguiseInputs, disguised
from ml.protection.records import JPEG, PNG
from ml.protection.workshop import Wish
from ml.types import Report

TASKS = (DETECTION, MESH, POSE, EMBEDDING)
MAKE_UP, CLOAK = "make-up", "cloak"
USUAL = "natural"  # style


def held_out() -> Sequence[str]:
    """What may be held out: the recognisers that a photo can be changed against."""
    cards = (card for card in registry.cards() if card.task == EMBEDDING)
    return (IN_TURN, NOTHING, *(card.name for card in recognisers.followable(cards)))


HOLD_OUT = {
    "title": "Recognisers held out",
    "rare": True,
    "help": "A recogniser held out proves how far it reaches, and makes it weaker. "
    "Each in turn: made against all; the proof is tried on what is made without one.",
    "choices": held_out,
}


@dataclass(frozen=True, slots=True)
class DisguiseOptions:
    """What both kinds of disguise are asked."""

    aim: str = field(
        default=HIDE,
        metadata={"title": "Aim", "choices": (HIDE, PASS_FOR)},
    )
    faces: tuple[str, ...] = field(
        default=(),
        metadata={
            "title": "Chosen faces",
            "help": "None chosen: all that are large enough and seen from the front.",
            "format": "faces",
        },
    )
    target: tuple[str, ...] = field(
        default=(),
        metadata={
            "title": "Whom to be taken for",
            "help": "Only for that aim: one face, of anybody named in this gallery.",
            "format": "people",
            "most": 1,
        },
    )
    strength: int = field(
        default=100,
        metadata={
            "title": "Strength",
            "help": "How much of the change is kept, in %. Less shows less, and protects less: the "
            "proof says how far it still goes.",
            "min": 10,
            "max": 100,
        },
    )
    hold_out: str = field(default=IN_TURN, metadata=HOLD_OUT)
    spare_others: bool = field(
        default=False,
        metadata={
            "title": "Keep other photos for the proof",
            "rare": True,
            "help": "Other photos of the person then take no part in making: the proof says how "
            "far it reaches on a photo that it was not made against.",
        },
    )
    file: str = field(
        default=PNG,
        metadata={
            "title": "File",
            "rare": True,
            "help": "PNG keeps every pixel outside the changed regions; JPEG 95 is smaller.",
            "choices": (PNG, JPEG),
        },
    )
    seed: int = field(
        default=0,
        metadata={
            "title": "Seed",
            "rare": True,
            "help": "The same seed gives the same file.",
            "min": 0,
        },
    )

    def __post_init__(self) -> None:
        """
        Raises:
            ValueError: what was chosen does not fit together, with a sentence.
        """
        if self.aim == PASS_FOR and len(self.target) != 1:
            raise ValueError("Choose the one face that it is to be taken for.")
        if self.aim == HIDE and self.target:
            raise ValueError("A face to be taken for was chosen: choose that aim, or no face.")


def drawable(style: str) -> None:
    """
    Raises:
        ValueError: it names nothing that can be drawn; the sentence says what was understood.
    """
    try:
        makeup_words.look(style)
    except MLError as error:
        raise ValueError(str(error)) from None


@dataclass(frozen=True, slots=True)
class MakeUpOptions(DisguiseOptions):
    """What make-up is asked besides."""

    style: str = field(
        default=USUAL,
        metadata={
            "title": "Style",
            "help": 'In words: "red lips, smoky eyes", "hardly visible", "carnival".',
        },
    )
    plain: bool = field(
        default=False,
        metadata={
            "title": "Colours only",
            "rare": True,
            "help": "Paints the look evenly, to compare with: it hides nobody.",
        },
    )

    def __post_init__(self) -> None:
        """
        Raises:
            ValueError: the style names nothing that can be drawn, and what was understood; or what
                was chosen does not fit together.
        """
        DisguiseOptions.__post_init__(self)
        drawable(self.style)


@dataclass(frozen=True, slots=True)
class CloakOptions(DisguiseOptions):
    """What a cloak is asked besides."""

    faint: float = field(
        default=kinds.FAINT,
        metadata={
            "title": "Faintness",
            "help": "Decibels (PSNR) around the face. More shows less, and protects less.",
            "min": kinds.FAINT,
            "max": 45.0,
        },
    )


def facts(options: DisguiseOptions) -> dict[str, str | float]:
    """What tells it from other files of the same photo."""
    spared = {"other photos": "kept for the proof"} if options.spare_others else {}
    return {"strength": float(options.strength), "seed": float(options.seed), **spared}


def make_up_wish(options: MakeUpOptions) -> Wish:
    """Make-up in the style asked for."""
    heard = makeup_words.look(options.style)
    notes = [f"Understood: {heard.understood}."]
    notes += [f"Not understood: {', '.join(heard.ignored)}."] * bool(heard.ignored)
    return Wish(
        MAKE_UP,
        kinds.makeup(heard.layers, heard.strength),
        kinds.NO_EFFORT if options.plain else kinds.EFFORT,
        options.aim,
        NOTHING if options.plain else options.hold_out,
        options.seed,
        options.file,
        options.strength / 100,
        not options.spare_others,
        {"style": options.style, **facts(options)},
        tuple(notes),
    )


def cloak_wish(options: CloakOptions) -> Wish:
    """A change too small to look like anything."""
    return Wish(
        CLOAK,
        kinds.cloak(options.faint, options.seed),
        kinds.CLOAKING,
        options.aim,
        options.hold_out,
        options.seed,
        options.file,
        options.strength / 100,
        not options.spare_others,
        {"faint": options.faint, **facts(options)},
    )


def make_up(options: MakeUpOptions, inputs: DisguiseInputs, context: Context) -> Report:
    """Raises: MLError: what disguised() raises."""
    return disguised(make_up_wish(options), inputs, context)


def cloak(options: CloakOptions, inputs: DisguiseInputs, context: Context) -> Report:
    """Raises: MLError: what disguised() raises."""
    return disguised(cloak_wish(options), inputs, context)


MAKE_UP_JOB = register(
    Pipeline(
        MAKE_UP,
        "Make-up against recognition",
        MakeUpOptions,
        DisguiseInputs,
        make_up,
        urgency=Urgency.LATER,
        tasks=TASKS,
        also=(PARSING,),
        help="Paints make-up that recognisers take for another face, and proves how far it goes.",
        shareable=True,
        protects=True,
        disguises=lambda options: Whose.CHOSEN,
    )
)
CLOAK_JOB = register(
    Pipeline(
        CLOAK,
        "Cloak against recognition",
        CloakOptions,
        DisguiseInputs,
        cloak,
        urgency=Urgency.LATER,
        tasks=TASKS,
        help="Changes faces by so little that it hardly shows, but recognisers do not match them.",
        shareable=True,
        protects=True,
        disguises=lambda options: Whose.CHOSEN,
    )
)
