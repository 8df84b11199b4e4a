"""Whether this installation made a file: by its digest, or by what is signed into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from ml import pipelines, registry
from ml.authenticity import certificates, credentials
from ml.authenticity.credentials import State
from ml.generation.marking import receipt_of
from ml.generation.portraits_pipeline import HIDDEN
from webapp.models import Portrait, User
from webapp.selectors import artifacts, portraits
from webapp.selectors.trust import signing_folder

BY_NUMBER = "hidden number"
NUMBER = "The number of a portrait made here is hidden in it, whatever became of the file since."
NO_NUMBER = "No number of a portrait made here is hidden in it."


@dataclass(frozen=True, slots=True)
class Trace:
    """One way of telling. by: which. made: True, False, or None where it cannot tell. words: what
    was found."""

    by: str
    made: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Answer:
    """traces: of every way, the surest first. portrait: that it is, where the asker may see it."""

    traces: Sequence[Trace]
    portrait: Portrait | None

    @property
    def made(self) -> bool | None:
        """Yes where any says so; no is nothing that any of them can say for sure."""
        return True if any(trace.made for trace in self.traces) else None


def by_digest(path: Path, user: User) -> Trace:
    """The very file is kept here: a portrait, whoever asks, or another that the asker may see."""
    digest = digest_of(path)
    made = artifacts.visible_to(user).filter(sha256=digest).select_related("run").first()
    if made is not None:
        return Trace("digest", True, f"{title_of(made.run.model)}; the very file is kept here.")
    if Portrait.objects.filter(artifact__sha256=digest).exists():
        return Trace("digest", True, "A portrait that was made here.")
    return Trace("digest", None, "No made file that is kept here has these very bytes.")


def by_signature(path: Path) -> Trace:
    """It carries a signature of this installation's, and is unchanged since."""
    found = credentials.read(path, certificates.trusted(signing_folder()))
    last = found.steps[-1] if found.steps else None
    if found.state is State.TRUSTED:
        told = last.described if last is not None else ""
        return Trace("signature", True, f"Signed here, and unchanged since. {told}".strip())
    if found.state in (State.ABSENT, State.ELSEWHERE):
        return Trace("signature", None, "It carries no signature; saving anew takes one away.")
    if found.state is State.CHANGED:
        return Trace("signature", None, "It carries a signature, but was changed since.")
    return Trace("signature", None, "It carries a signature, but none of this installation's.")


def by_number(numbers: Sequence[int]) -> tuple[Trace, str | None]:
    """A number that is hidden in it is that of a portrait's receipt; and which. numbers: that may
    be hidden."""
    known = Portrait.objects.filter(artifact__facts__has_key=HIDDEN)
    receipts = {facts[HIDDEN] for facts in known.values_list("artifact__facts", flat=True)}
    receipt = receipt_of(numbers, receipts) if numbers else None
    if receipt is None:
        return Trace(BY_NUMBER, None, NO_NUMBER), None
    return Trace(BY_NUMBER, True, NUMBER), receipt


def made_here(path: Path, user: User, numbers: Sequence[int] | None, why_not: str) -> Answer:
    """path: of a file that anybody may have uploaded. numbers: that may be hidden in it; None where
    nobody looked for them, and why_not says why."""
    mine = portraits.visible_to(user)
    portrait = mine.filter(artifact__sha256=digest_of(path)).first()
    number, receipt = (
        (Trace(BY_NUMBER, None, why_not), None) if numbers is None else by_number(numbers)
    )
    if portrait is None and receipt is not None:
        portrait = mine.filter(**{f"artifact__facts__{HIDDEN}": receipt}).first()
    return Answer([by_digest(path, user), by_signature(path), number], portrait)


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def title_of(kind: str) -> str:
    """What a model or a kind of job is called."""
    titles = {card.name: card.title for card in registry.cards()}
    titles |= {pipeline.kind: pipeline.title for pipeline in pipelines.kinds()}
    return titles.get(kind, kind)
