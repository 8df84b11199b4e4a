"""Prints a source for a folder that holds a repository of the hub, with each file's digest.

Run as `python -m ml.weights.pinning REPOSITORY REVISION FOLDER` by whoever makes a release, who has
read the repository's licence and card. Only files that are loaded are pinned: no pickles, no code.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ml.weights.sources import File, Hub
from ml.weights.store import digest

LOADED = {".json", ".safetensors", ".jinja", ".txt", ".model"}


def pinned(repo: str, revision: str, folder: Path) -> Hub:
    """The repository as it lies in the folder, without its sub-folders."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in LOADED and path.is_file())
    files = tuple(File(path.name, digest(path), path.stat().st_size) for path in paths)
    return Hub(repo, revision, files)


if __name__ == "__main__":
    _repo, _revision, _folder = sys.argv[1:]
    sys.stdout.write(f"{pinned(_repo, _revision, Path(_folder))!r}\n")
