"""Prints a source for a folder that holds a repository of the hub, with each file's digest.

Run as `python -m ml.weights.pinning REPOSITORY REVISION FOLDER [NAME...]` by whoever makes a
release, who has read the repository's licence and card. Only files that are loaded are pinned:
those named, or without names all in the folder itself that are no pickles and no code.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from ml.weights.sources import File, Hub
from ml.weights.store import digest

LOADED = {".json", ".safetensors", ".jinja", ".txt", ".model"}


def pinned(repo: str, revision: str, folder: Path, names: Iterable[str] = ()) -> Hub:
    """The repository as it lies in the folder. names: paths in it; none: all that is loaded of the
    folder itself, without its sub-folders."""
    found = sorted(path for path in folder.iterdir() if path.suffix in LOADED and path.is_file())
    chosen = tuple(names) or tuple(path.name for path in found)
    paths = [(name, folder / name) for name in chosen]
    return Hub(
        repo,
        revision,
        tuple(File(name, digest(path), path.stat().st_size) for name, path in paths),
    )


if __name__ == "__main__":
    _repo, _revision, _folder, *_names = sys.argv[1:]
    sys.stdout.write(f"{pinned(_repo, _revision, Path(_folder), _names)!r}\n")
