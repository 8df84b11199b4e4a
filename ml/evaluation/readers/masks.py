"""Which pixels are what: photos with label images beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ml.evaluation.readers.samples import BadData, Sample, pictures


@dataclass(frozen=True, slots=True)
class Labels:
    """A grey PNG of class numbers, as large as the photo or in its proportions, and the classes'
    names by number."""

    file: Path
    classes: tuple[str, ...]


def folders(folder: Path) -> list[Sample[Labels]] | None:
    """images/NAME.jpg with labels/NAME.png (class numbers) and classes.txt (a name a line, the
    first is number 0), as LaPa and CelebAMask-HQ are passed on once merged."""
    images = next((folder / f for f in ("images", "test/images") if (folder / f).is_dir()), None)
    if images is None or not images.with_name("labels").is_dir():
        return None
    file = folder / "classes.txt"
    if not file.is_file():
        raise BadData(f"{folder} has no classes.txt that names the classes by number.")
    classes = tuple(line.strip() for line in file.read_text().splitlines() if line.strip())
    labels = images.with_name("labels")
    found = []
    for photo in pictures(images):
        mask = labels / f"{photo.stem}.png"
        if not mask.is_file():
            raise BadData(f"No labels/{mask.name} belongs to {photo.name}.")
        found.append(Sample(photo.name, photo, Labels(mask, classes), photo.name))
    return found


READERS = (folders,)
EXPECTS = "images/, labels/ with a PNG of class numbers a photo, and classes.txt"
