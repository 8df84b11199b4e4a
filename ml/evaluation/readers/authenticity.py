"""Photos that are genuine or not: folders real/ and fake/, or genuine ones to be edited here."""

from __future__ import annotations

from pathlib import Path

from ml.evaluation.readers.samples import Sample, checked, layout, pictures

EXPECTS = (
    "folders real/ and fake/, or any folder of genuine photos (LFW's), edited by the benchmark"
)
REAL, FAKE = "real", "fake"


def real_and_fake(folder: Path) -> list[Sample[bool]] | None:
    """Both folders' photos; truth: whether it is a fake. None where they are not both there."""
    if not ((folder / REAL).is_dir() and (folder / FAKE).is_dir()):
        return None
    found = []
    for name in (REAL, FAKE):
        for path in pictures(folder / name):
            inside = path.relative_to(folder).as_posix()
            found.append(Sample(inside, path, name == FAKE, inside))
    return checked(folder, found)


def genuine(folder: Path) -> list[Sample[None]]:
    """One photo a person, the first by name; a photo in no folder of its own is a person's.

    Raises:
        BadData: there is none.
    """

    def first(folder: Path) -> list[Sample[None]]:
        found: dict[str, Sample[None]] = {}
        for path in pictures(folder):
            name = path.relative_to(folder)
            person = name.parent.as_posix() if len(name.parts) > 1 else name.as_posix()
            found.setdefault(person, Sample(name.as_posix(), path, None, person))
        return list(found.values())

    return checked(folder, layout(folder, first, EXPECTS))
