"""The job "locate": where a photo was taken, as a ledger of clues."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from ml import decode
from ml.asking import asker, comparers
from ml.contracts import Said
from ml.errors import MLError
from ml.geolocation import second_looks
from ml.geolocation.location_ledger import LOCATION
from ml.pipelines import Context, Pipeline, register, unheard
from ml.sequence import look
from ml.types import Picture, Report

KIND = "locate"
MOMENTS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S")
POINTS = 6  # numbers of a shadow: three points


@dataclass(frozen=True, slots=True)
class LocateOptions:
    """What may be looked at, and what a person knows."""

    place: str = field(
        default="",
        metadata={
            "title": "What you know",
            "help": "A country, a region or a town: “it was in Spain”. It counts as one more clue.",
        },
    )
    metadata: bool = field(
        default=True,
        metadata={
            "title": "Read what the file says",
            "help": "Position and time that the camera wrote. Without it, only the picture counts.",
        },
    )
    moment: str = field(
        default="",
        metadata={
            "title": "When it was taken, in UTC",
            "help": "YYYY-MM-DD HH:MM, for the sun and a shadow; empty when not known.",
            "rare": True,
        },
    )
    shadow: tuple[float, ...] = field(
        default=(),
        metadata={
            "title": "A shadow",
            "help": "Six numbers, pixels of the photo: x and y of the foot of something upright, "
            "of its top, and of the end of its shadow.",
            "rare": True,
        },
    )

    engine: str = field(
        default="",
        metadata={
            "title": "Seen by",
            "rare": True,
            "help": "A language model that sees and is installed is asked for continent, country, "
            "city, landmarks and details; it takes minutes without a GPU, and counts for little.",
            "choices": comparers,
        },
    )
    again: bool = field(
        default=False,
        metadata={
            "title": "Look again",
            "rare": True,
            "help": "Also at the photo cropped, mirrored, brighter and darker, and ask the same "
            "again and in other words: how far the answers agree. Takes several times as long.",
        },
    )

    def __post_init__(self) -> None:
        if len(self.shadow) not in {0, POINTS}:
            raise ValueError("A shadow is six numbers: x and y of foot, top and end.")


@dataclass(frozen=True, slots=True)
class LocateInputs:
    """photo: the file as uploaded. models: names, resolved when the job was submitted."""

    photo: Path
    models: tuple[str, ...]


def locate(options: LocateOptions, inputs: LocateInputs, context: Context) -> Report:
    """A report with the answer and its clues; the whole ledger as an artifact.

    Raises:
        MLError: the moment is none. BadPicture: as for ml.decode.picture.
    """
    ask = asker(options.engine, context) if options.engine else None
    said = Said(options.place, points(options.shadow), moment_of(options.moment), ask)
    picture = decode.picture(inputs.photo)
    if not options.metadata:
        picture = only_seen(picture)
    # Nothing provisional: until the job is done its row would hold the place in plain words.
    quiet = replace(context, partial=unheard)
    report, outputs = look(picture, inputs.models, quiet, said=said)
    if not options.again:
        return report
    return second_looks.told(report, outputs, picture, inputs.models, quiet, said)


def only_seen(picture: Picture) -> Picture:
    """Without what its file says: taken away before anything looks, so that no source can read
    what it is not given."""
    return Picture(picture.pixels, notes=picture.notes)


def points(numbers: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def moment_of(text: str) -> datetime | None:
    """A moment in UTC, None of "".

    Raises:
        MLError: it is no moment.
    """
    if not text.strip():
        return None
    for form in MOMENTS:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise MLError(f"{text[:30]!r} is no moment: write YYYY-MM-DD HH:MM, in UTC.")


register(
    Pipeline(
        KIND,
        "Find out where it was taken",
        LocateOptions,
        LocateInputs,
        locate,
        tasks=(LOCATION,),
        help="Weighs every clue to the place: the file, what is written, what you know. The "
        "answer is a region with its area, and what gives it away.",
    )
)
