"""How far cameras' small pictures lie from their photos, and from photos changed since:
`python -m tests.fitting.thumbnails PHOTOS`.

Of the photos in faces/ and places/ that hold one, every other gives the limit, twice its
largest difference; the rest is judged by it. A change is a
square of the next photo with soft edges, put anywhere; the small
picture stays as it was. Photos known to have been turned or cropped are told apart. Nothing is
written.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import decode
from ml.authenticity import traces
from ml.authenticity.metadata_thumbnail import ALIKE, APART, FEWEST, Compared, best
from ml.authenticity.traces import Traces

# By look: the photo was turned or cropped after its small picture was made.
CHANGED = {"dark.jpg", "frontal.jpg"}
FOLDERS = ("faces", "places")
SHARES = (0.3, 0.2, 0.15, 0.1)  # of the photo's width
Pixels = NDArray[np.uint8]


def main(folder: Path) -> None:
    found = list(photos(folder))
    print(f"{len(found)} photos with a small picture, {len(CHANGED)} of them changed since")
    kept = [one for one in found if one[0] not in CHANGED]
    most = {name: best(small, pixels) for name, small, pixels in kept}
    first, second = kept[::2], kept[1::2]
    worst = max(most[name].most for name, _, _ in first)
    print(f"largest difference of {len(first)}: {worst:.1f}; the limit is {APART}")
    false = sum(differs(most[name]) for name, _, _ in second)
    print(f"false alarms among the other {len(second)}: {false}; largest "
          f"{max(most[name].most for name, _, _ in second):.1f}")  # fmt: skip
    for name, small, pixels in found:
        if name in CHANGED:
            one = best(small, pixels)
            print(f"{name}: {one.most:.1f}, correlation {one.alike:.2f}, turned {one.turned}")
    for share in SHARES:
        for name, part in (("first", first), ("second", second)):
            told = [
                best(small, patched(pixels, part[(at + 1) % len(part)][2], share))
                for at, (_, small, pixels) in enumerate(part)
            ]
            seen = sum(map(differs, told))
            placed = sum(one.most > APART and one.alike >= ALIKE for one in told)
            print(f"a square of {share:.0%} of the width, {name} half: {seen} of {len(told)} "
                  f"told, {placed} with its place")  # fmt: skip


def differs(one: Compared) -> bool:
    return one.most > APART or one.alike < ALIKE


def photos(folder: Path) -> list[tuple[str, Pixels, Pixels]]:
    """Name, small picture and pixels of each photo that has both."""
    found = []
    for path in sorted(path for name in FOLDERS for path in (folder / name).glob("*.jpg")):
        said = traces.read(path)
        small = said.thumbnail if isinstance(said, Traces) else None
        if small is not None and min(small.shape[:2]) >= FEWEST:
            found.append((path.name, small, decode.picture(path).pixels))
    return found


def patched(photo: Pixels, other: Pixels, share: float) -> Pixels:
    """The photo with a part of another one in it."""
    import cv2

    side = max(8, int(share * photo.shape[1]))
    side = min(side, min(photo.shape[:2]) - 2)
    part = cv2.resize(other, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    places = [
        (y, x)
        for y in np.linspace(0, photo.shape[0] - side, 4).astype(int)
        for x in np.linspace(0, photo.shape[1] - side, 4).astype(int)
    ]
    y, x = places[(side + photo.shape[0]) % len(places)]  # anywhere, the same each time
    edge = np.hanning(side + 2)[1:-1] ** 0.25
    soft = np.outer(edge, edge)[..., None]
    made = photo.copy()
    there = made[y : y + side, x : x + side]
    there[:] = (soft * part + (1 - soft) * there).astype(np.uint8)
    return made


if __name__ == "__main__":
    main(Path(sys.argv[1]))
