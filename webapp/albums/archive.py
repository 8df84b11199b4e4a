"""A ZIP file written entry by entry: names that every system takes, each file's digest kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from webapp.filenames import clean_name, stem

CHUNK = 1024 * 1024
LONGEST = 180  # bytes of UTF-8; file systems take 255, number and extension included
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
PLAIN_FILE = 0o644 << 16


@dataclass(frozen=True, slots=True)
class Packed:
    """A file in the archive. name: with folders, by slashes. size: bytes."""

    name: str
    sha256: str
    size: int

    def to_json(self) -> dict[str, str | int]:
        return {"name": self.name, "sha256": self.sha256, "size": self.size}


class Archive:
    """Writes to a file on disk; nothing but a chunk of an entry is ever held.

    What is compressed already is stored as it is. Entries may be larger than 4 GB, and more than
    65,535 (ZIP64; PKWARE APPNOTE 6.3.10, 4.3.9.2 and 4.4.1.4).
    """

    def __init__(self, zipped: ZipFile) -> None:
        self._zipped = zipped

    def add(self, name: str, content: IO[bytes], media_type: str, at: datetime) -> Packed:
        """Copy the content in, from where it stands to its end. at: its date in the archive."""
        entry = ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
        stored = media_type.startswith("image/")
        entry.compress_type = ZIP_STORED if stored else ZIP_DEFLATED
        entry.external_attr = PLAIN_FILE
        digest, size = sha256(), 0
        with self._zipped.open(entry, "w", force_zip64=True) as file:
            while chunk := content.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
        return Packed(name, digest.hexdigest(), size)

    def add_file(self, name: str, path: Path, media_type: str, at: datetime) -> Packed:
        with path.open("rb") as content:
            return self.add(name, content, media_type, at)


def safe_name(name: str) -> str:
    """A file name that Windows, too, takes, and that leads into no folder."""
    plain = FORBIDDEN.sub("_", clean_name(name))
    short = plain.encode()[:LONGEST].decode(errors="ignore").strip(". ") or "photo"
    return f"_{short}" if RESERVED.match(short) else short


def unique_stems(names: Iterable[str]) -> list[str]:
    """A stem of its own for each photo's name, told apart whatever their case is:
    "a.jpg", "A.png" -> "a", "A (2)"."""
    taken: dict[str, int] = {}
    return [_untaken(safe_name(stem(clean_name(name))), taken) for name in names]


def _untaken(wanted: str, taken: dict[str, int]) -> str:
    """taken: every stem in use, and the last number that was tried behind it."""
    first, found = wanted.casefold(), wanted
    number = taken.get(first, 1)
    while found.casefold() in taken:
        number += 1
        found = f"{wanted} ({number})"
    taken[first] = number
    taken.setdefault(found.casefold(), 1)
    return found
