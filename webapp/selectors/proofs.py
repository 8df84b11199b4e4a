"""The proof that came with a disguised photo: what recognisers say of each face."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ml.contracts.disguising import HELD_OUT, PROOF, USED
from ml.protection.records import PHOTO_OF, SIDES
from ml.types import JSON
from webapp.jobs.signing import UNSIGNED
from webapp.models import Artifact

AS_IT_IS = "as it is"


@dataclass(frozen=True, slots=True)
class Verdict:
    """distance: of the recogniser's vectors; matched: whether it takes both for one person. None
    where it could not tell."""

    distance: float | None
    matched: bool | None

    @property
    def words(self) -> str:
        return {True: "match", False: "no match", None: "not measured"}[self.matched]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a recogniser says before and after, both having come the same way."""

    before: Verdict
    after: Verdict


@dataclass(frozen=True, slots=True)
class Judge:
    """A recogniser that was asked. role: see ml.protection.proof. again: it was asked about what
    was made anew without it."""

    title: str
    role: str
    threshold: float | None
    again: bool

    @property
    def proves(self) -> bool:
        """Whether what it says tells how far the disguise reaches."""
        return self.role == HELD_OUT

    @property
    def was_used(self) -> bool:
        return self.role == USED


@dataclass(frozen=True, slots=True)
class Comparison:
    """With what the face is compared, and a row for each way that a photo may come: its name and a
    cell a judge, None where it was not tried."""

    against: str
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One face. number: as pages count. psnr in dB and ssim: of the box around it, enlarged 1.5
    times. warning: "" where some recogniser took no part."""

    number: int
    aim: str
    psnr: float
    ssim: float
    seconds: float
    warning: str
    judges: tuple[Judge, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def spread(self) -> int:
        """Columns of its tables."""
        return len(self.judges) + 1


@dataclass(frozen=True, slots=True)
class Proof:
    """row: the file that says it all. kind: of the job. kept: what saving did to other pixels."""

    row: Artifact
    kind: str
    kept: str
    facts: Mapping[str, str | float]
    sheets: tuple[Sheet, ...]
    data: JSON


def row_of(photo: Artifact) -> Artifact | None:
    """The proof that was made along with a picture."""
    return photo.run.artifacts.filter(kind=PROOF, **{f"facts__{PHOTO_OF}": unsigned(photo)}).first()


def sides_of(photo: Artifact) -> Artifact | None:
    """The small picture of its faces before and after, and of what changed."""
    return photo.run.artifacts.filter(kind=SIDES, **{f"facts__{PHOTO_OF}": unsigned(photo)}).first()


def companions(photo: Artifact) -> Iterable[Artifact]:
    """What was made along with a picture, and says nothing without it."""
    return photo.run.artifacts.filter(**{f"facts__{PHOTO_OF}": unsigned(photo)})


def unsigned(photo: Artifact) -> str:
    """The digest of the picture before it was signed."""
    return str(photo.facts.get(UNSIGNED, photo.sha256))


def proof_of(row: Artifact) -> Proof:
    """The proof in that file."""
    with row.file.open("rb") as file:
        data = json.load(file)
    return Proof(
        row, data["kind"], data["file"], data["facts"], tuple(map(_sheet, data["faces"])), data
    )


def _sheet(about: JSON) -> Sheet:
    lines: Sequence[JSON] = [*about["recognisers"], *about["made again without one"]]
    first = len(about["recognisers"])
    names = dict.fromkeys(name for line in lines for name in line["after"][AS_IT_IS])
    return Sheet(
        number=about["face"] + 1,
        aim=about["aim"],
        psnr=about["psnr"],
        ssim=about["ssim"],
        seconds=about["seconds"],
        warning=about["warning"],
        judges=tuple(
            Judge(line["title"], line["role"], line["threshold"], number >= first)
            for number, line in enumerate(lines)
        ),
        comparisons=tuple(_comparison(name, lines) for name in names),
    )


def _comparison(against: str, lines: Sequence[JSON]) -> Comparison:
    ways = dict.fromkeys(way for line in lines for way in line["after"])
    rows = ((way, tuple(_cell(line, way, against) for line in lines)) for way in ways)
    return Comparison(against, tuple(rows))


def _cell(line: JSON, way: str, against: str) -> Cell | None:
    before, after = (line[when].get(way, {}).get(against) for when in ("before", "after"))
    if before is None or after is None:
        return None
    return Cell(*(Verdict(one["distance"], one["matched"]) for one in (before, after)))
