"""The job "authenticate": every model that finds evidence, over one photo and its file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ml import decode, registry
from ml.asking import asker, comparers
from ml.contracts import Case
from ml.errors import MLError
from ml.pipelines import Context, Pipeline, register
from ml.references import TrueFace, reference
from ml.registry import Group
from ml.sequence import look
from ml.types import Report

KIND = "authenticate"
MOST = 20  # references; more tell little and take long


@dataclass(frozen=True, slots=True)
class AuthenticateOptions:
    """What the photo claims."""

    person: str = field(
        default="",
        metadata={
            "title": "Said to show",
            "help": "A protected person of this gallery, by id; empty when nobody is named.",
            "format": "person",
        },
    )
    taken: str = field(
        default="",
        metadata={
            "title": "Said to be taken on",
            "help": "YYYY-MM-DD; empty when not known.",
            "format": "date",
        },
    )
    engine: str = field(
        default="",
        metadata={
            "title": "Compared region by region by",
            "rare": True,
            "help": "A language model that sees and is installed; it takes minutes without a GPU, "
            "and what it says counts neither way.",
            "choices": comparers,
        },
    )


@dataclass(frozen=True, slots=True)
class AuthenticateInputs:
    """photo: the file as uploaded. models: names, resolved when the job was submitted. true_faces:
    of the person it is said to show. trust: certificates that an administrator trusts."""

    photo: Path
    models: tuple[str, ...]
    true_faces: tuple[TrueFace, ...] = ()
    trust: tuple[Path, ...] = ()


def authenticate(
    options: AuthenticateOptions, inputs: AuthenticateInputs, context: Context
) -> Report:
    """A report with findings, each by the model that made it.

    Raises:
        MLError: the date is none, or too many true photos were given.
    """
    taken = date_of(options.taken)
    if len(inputs.true_faces) > MOST:
        raise MLError(f"At most {MOST} true photos of a person are compared.")
    picture = decode.picture(inputs.photo)
    before = tuple(
        name for name in inputs.models if registry.get(name).card.task.group is not Group.EVIDENCE
    )
    references = []
    count = len(inputs.true_faces)
    for number, one in enumerate(inputs.true_faces):
        context.progress(number, count + 1, f"Reading true photo {number + 1} of {count}")
        true = decode.picture(one.photo)
        references += [reference(true, one, before, Context(context.pool))]
    ask = asker(options.engine, context) if options.engine else None
    case = Case(inputs.photo, inputs.trust, tuple(references), taken, ask)
    return look(picture, inputs.models, context, case=case)[0]


def date_of(text: str) -> date | None:
    """The date of "YYYY-MM-DD", None of "".

    Raises:
        MLError: it is no date.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise MLError(f"{text[:20]!r} is no date: write YYYY-MM-DD.") from None


AUTHENTICATE = register(
    Pipeline(
        KIND,
        "Check whether it is genuine",
        AuthenticateOptions,
        AuthenticateInputs,
        authenticate,
        evidence=True,
        help="Looks for signs that the photo was made or changed, in its file and its pixels, and "
        "compares a face with true photos of a protected person. Evidence, never a verdict.",
    )
)
