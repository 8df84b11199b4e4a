"""The report on whether a photo is genuine, as values for JSON and as a PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from ml.types import JSON, Reading
from webapp.documents.paper import built, picture, printable, table, text
from webapp.pages.wording import reading_words
from webapp.selectors.evidence import Entry, Ledger, Line
from webapp.selectors.results import Group

VERSION = 1
PHOTO = {
    "name": "File",
    "sha256": "SHA-256",
    "media_type": "Format",
    "width": "Pixels across",
    "height": "Pixels down",
    "added": "Added here",
}
NOT_A_VERDICT = (
    "This is evidence, not a verdict. Each finding tells how much likelier it is where the claim "
    "holds than where it does not; findings that look at different things are joined, what could "
    "not be looked at counts neither way, and how likely the claim was before must come from "
    "elsewhere. The chance given is that of somebody who thought it as likely as not before."
)


def entry_json(entry: Entry) -> JSON:
    """What all findings say of one claim. weight: natural logarithm of a likelihood ratio."""
    return {
        "claim": entry.claim.value,
        "question": entry.question,
        "face": None if entry.face is None else str(entry.face.id),
        "weight": entry.weight,
        "words": entry.words,
        "probability": entry.probability,
        "readings": [one.to_json() for one in _readings(entry.said)],
        "counted": [_line(line) for line in entry.counted],
        "silent": [_line(line) for line in entry.silent],
    }


def report_json(ledger: Ledger, made: datetime, name: str) -> JSON:
    """The whole report. name: of who had it made."""
    photo = ledger.photo
    return {
        "version": VERSION,
        "what": "Prosopa: evidence on whether a photo is genuine",
        "made": made.isoformat(),
        "made_for": name,
        "note": NOT_A_VERDICT,
        "photo": {
            "name": photo.name,
            "sha256": photo.sha256,
            "media_type": photo.media_type,
            "width": photo.width,
            "height": photo.height,
            "added": photo.created.isoformat(),
        },
        "claims": [entry_json(entry) for entry in ledger.entries],
        "file": [one.to_json() for one in _readings(ledger.file)],
        "models": [
            {
                "model": run.model,
                "title": run.title,
                "digest": run.digest,
                "recipe": run.recipe,
                "limits": run.known_limits,
            }
            for run in ledger.runs
        ],
    }


def _readings(groups: Iterable[Group]) -> Iterator[Reading]:
    return (one for group in groups for one in group.readings)


def _line(line: Line) -> JSON:
    data = line.finding.to_json()
    for left_out in ("face", "layer"):
        del data[left_out]
    return data | {"words": line.words}


def report_pdf(ledger: Ledger, about: JSON, shown: bytes) -> bytes:
    """The report on A4 pages. about: of `report_json`. shown: the photo as JPEG bytes."""
    title = f"Evidence on {printable(ledger.photo.name)}"
    return built(title, _story(ledger, about, shown))


def _story(ledger: Ledger, about: JSON, shown: bytes) -> Iterator[Any]:
    """The document's parts, in order."""
    from reportlab.platypus import Spacer

    yield text("Is this photo genuine?", "title")
    yield text(f"Evidence found by Prosopa, {about['made'][:16].replace('T', ' ')} UTC", "small")
    yield Spacer(1, 8)
    yield picture(shown)
    yield Spacer(1, 8)
    yield table([(word, str(about["photo"][key])) for key, word in PHOTO.items()], (32, 138))
    yield Spacer(1, 8)
    yield text(NOT_A_VERDICT, "small")
    for entry in ledger.entries:
        yield from _entry(entry)
    if ledger.file:
        yield text("What the file says of itself", "heading")
        said = [(one.name, reading_words(one)) for one in _readings(ledger.file)]
        yield table(said, (52, 118))
    yield text("Who looked, and how far to trust it", "heading")
    yield table([(run.title, run.known_limits) for run in ledger.runs], (52, 118))
    yield Spacer(1, 8)
    yield text(
        "The same as data is attached to this file (evidence.json). The signature covers both; it "
        "was made by this installation, whose certificate an administrator can hand on.",
        "small",
    )


def _entry(entry: Entry) -> Iterator[Any]:
    who = "" if entry.face is None else f" ({entry.face.name or f'face {entry.face.number}'})"
    yield text(entry.question + who, "heading")
    yield text(summary(entry), "body")
    if entry.said:
        yield table([(one.name, reading_words(one)) for one in _readings(entry.said)], (66, 104))
    said = [
        (line.words, line.finding.name, said_of(line), line.finding.reliability)
        for line in (*entry.counted, *entry.silent)
    ]
    yield table(said, (30, 36, 62, 42))


def summary(entry: Entry) -> str:
    """How strongly all of it speaks, in a sentence."""
    if entry.probability is None:
        return "Nothing that was found speaks for or against it."
    towards = f"All that counts together speaks {entry.words}"
    if entry.words.startswith("neither"):
        towards = "All that counts together speaks neither for nor against it"
    elif not entry.words.endswith(("for", "against")):
        towards += " of it"
    else:
        towards += " it"
    return (
        f"{towards}: who thought it as likely as not should now think it "
        f"{100 * entry.probability:.0f}\N{NO-BREAK SPACE}% likely."
    )


def said_of(line: Line) -> str:
    """What was found, with what is to be known of it, or why nothing could be."""
    value, note = line.finding.value, line.finding.note
    if value is None:
        return f"not measured: {note}"
    return f"{value} ({note})" if note else value
