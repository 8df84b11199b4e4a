"""The photos that are timed: the astronaut everywhere, and those beside the project if any."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
BESIDE = ROOT.parent / "shared" / "photos" / "faces"


def weights_folder() -> Path:
    return Path(os.environ.get("WEIGHTS_DIR", ROOT / "data" / "weights"))


def photos(folder: Path) -> Iterator[Path]:
    """JPEG files; the one made here goes into `folder`."""
    yield astronaut(folder)
    yield from sorted(BESIDE.glob("*.jpg"))


def astronaut(folder: Path) -> Path:
    """One frontal face, 512 x 512 (scikit-image, public domain)."""
    from skimage import data

    path = folder / "astronaut.jpg"
    Image.fromarray(data.astronaut()).save(path, quality=92)
    return path
