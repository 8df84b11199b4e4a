"""The folder weights live in."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ml.errors import WeightsMissing, WeightsWrong
from ml.weights.sources import File, Source

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Weights:
    """The folder of weights on this machine. A file lies at <folder>/<sha256>/<name>."""

    folder: Path

    def path(self, file: File) -> Path:
        """Where the file lies.

        Raises:
            WeightsMissing: it is not here; the sentence names the command.
        """
        path = self.where(file)
        if not path.exists():
            raise WeightsMissing(
                f"{path.name} is not installed. Run: python manage.py models fetch"
            )
        return path

    def lay_out(self, sources: Iterable[Source], folder: Path, *, apart: bool = False) -> None:
        """Links to the files of these sources under their names, for loaders that read a folder.
        apart: each source's in a folder of its label.

        Raises:
            WeightsMissing: one is not here.
        """
        for source in sources:
            for file in source.files:
                link = (folder / source.label if apart else folder) / file.name
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(self.path(file).resolve())

    def has(self, sources: Iterable[Source]) -> bool:
        """Whether every file of these sources is here; of a source without files, nothing is."""
        return all(
            source.files and all(self.where(file).exists() for file in source.files)
            for source in sources
        )

    def where(self, file: File) -> Path:
        """Where the file lies once it is installed."""
        return self.folder / file.sha256 / Path(file.name).name

    def right(self, file: File) -> bool:
        """Whether the file is here and still has its digest; reads all of it."""
        path = self.where(file)
        return path.exists() and digest(path) == file.sha256

    def size(self, sources: Iterable[Source]) -> int:
        """Bytes that the installed files of these sources take, with copies made of them."""
        folders = {self.where(file).parent for source in sources for file in source.files}
        return sum(path.stat().st_size for folder in folders for path in folder.glob("*"))

    def take(self, file: File, stream: IO[bytes], scratch: Path) -> None:
        """Install a file from a stream: into `scratch` (same disk) first, then moved in one step.

        Raises:
            WeightsWrong: its digest is not the card's; nothing is left behind.
        """
        draft = scratch / f"{file.sha256}.part"
        found = hashlib.sha256()
        try:
            with draft.open("wb") as out:
                for chunk in _chunks(stream):
                    found.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            if found.hexdigest() != file.sha256:
                raise wrong(file, found.hexdigest())
            self.where(file).parent.mkdir(parents=True, exist_ok=True)
            draft.replace(self.where(file))
        finally:
            draft.unlink(missing_ok=True)

    def remove(self, file: File) -> None:
        """Delete the file and every copy made of it."""
        shutil.rmtree(self.where(file).parent, ignore_errors=True)


def digest(path: Path) -> str:
    """SHA-256 of a file in hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def wrong(file: File, found: str) -> WeightsWrong:
    """The error about a file that is not what its card names."""
    return WeightsWrong(
        f"{Path(file.name).name} is not the expected file: its SHA-256 is {found[:12]}… where "
        f"{file.sha256[:12]}… was expected. Nothing was installed."
    )


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
