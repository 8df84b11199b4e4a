"""Does a second photo help a portrait? `python -m tests.fitting.portrait_photos LFW`.

People of the half that is tuned on, with at least three photos that portraits can be made of. The
one most from in front is turned by DEGREES, once alone and once with the skin that it hides lent by
the photo most from that side, its light matched. Told are the detector's score, and by recogniser
the distance from that photo and from a third one, in shares of that at which strangers begin.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ml import decode, matting, registry
from ml.contracts.portraits import Drawing, Floats, Wish
from ml.evaluation.measuring import Setting
from ml.evaluation.portrayals import SIDE, Judged, Judges, sitting
from ml.evaluation.readers.pairs import PEOPLE, PEOPLE_EXPECT
from ml.evaluation.readers.samples import FITTED, Sample, half, read, stable
from ml.generation.lending import BETTER, HIDDEN, LIGHT, SEAM, SHOWN, in_its_light
from ml.generation.portraits_mesh import NAME
from ml.generation.rendering import Studio
from ml.generation.sitter import Sitter
from ml.pool import Pool
from ml.shape.raster import cover
from ml.shape.surface import Points, normals, triangles
from ml.weights import Weights

PEOPLE_MOST, PHOTOS, DEGREES = 24, 4, 25
APART = 10.0  # degrees of yaw between the two photos, at least


def shown(mesh: Points) -> Any:
    """468: how well each vertex is seen, 0..1."""
    return ((-normals(mesh)[:, 2] - HIDDEN) / (SHOWN - HIDDEN)).clip(0, 1)


def lent(sitter: Sitter, other: Sitter, made: Drawing) -> Floats:
    """The portrait with the skin that the other photo shows better."""
    import cv2

    own = shown(sitter.mesh)
    gain = ((shown(other.mesh) - own) / BETTER).clip(0, 1) * (1 - own)
    gain *= -normals(made.mesh)[:, 2] > 0
    seen = cover(made.mesh, triangles(), SIDE, SIDE)
    values = seen.spread(np.column_stack([other.mesh[:, :2], gain]), triangles())
    inner = cv2.erode(seen.there.astype(np.float32), np.ones((3, 3)))
    soft: Any = cv2.GaussianBlur(values[..., 2] * inner, (0, 0), SEAM * sitter.unit)
    skin: Any = cv2.remap(other.front, values[..., 0], values[..., 1], cv2.INTER_CUBIC,
                          borderMode=cv2.BORDER_REPLICATE)  # fmt: skip
    skin = in_its_light(skin, made.pixels, seen, LIGHT * sitter.unit)
    mixed: Floats = made.pixels + (skin - made.pixels) * (soft * seen.there)[..., None]
    return mixed


def sitters(setting: Setting) -> Iterator[list[Studio]]:
    """Of each person PHOTOS photos, or one less."""
    photos: dict[str, list[Sample[None]]] = {}
    for sample in read(setting.data, PEOPLE, PEOPLE_EXPECT):
        if half(sample.identity) == FITTED:
            photos.setdefault(sample.identity, []).append(sample)
    for name in stable([name for name, found in photos.items() if len(found) >= PHOTOS]):
        tried = (
            sitting(setting, NAME, one, decode.picture(one.photo))
            for one in photos[name][: PHOTOS + 1]
        )
        made = [studios.portrayer(0, SIDE) for studios in tried if studios][:PHOTOS]
        if len(made) >= PHOTOS - 1:
            yield [one for one in made if isinstance(one, Studio)]


def told(judges: Judges, pixels: Floats, others: list[Judged]) -> list[float]:
    now = judges.judged(pixels)
    far = [
        now.codes[name].distance(other.codes[name]) / limit
        for other in others
        for name, limit in judges.strangers.items()
    ]
    return [now.score, *far]


def of_person(judges: Judges, studios: list[Studio]) -> list[list[float]] | None:
    """What is told without the second photo, and with it; None where it shows no more."""
    yaws = [one.sitter.pose.yaw for one in studios]
    first = int(np.argmin(np.abs(yaws)))
    second = int(np.argmax([abs(yaw - yaws[first]) for yaw in yaws]))
    third = next(n for n in range(len(studios)) if n not in (first, second))
    more = yaws[second] - yaws[first]
    if abs(more) < APART:
        return None
    studio, other = studios[first], studios[second].sitter
    made = studio.drawing(Wish(yaw=float(np.copysign(DEGREES, more))))
    others = [judges.judged(studios[n].pixels) for n in (first, third)]
    return [
        told(judges, matting.composed(pixels, made.alpha, studio.behind), others)
        for pixels in (made.pixels, lent(studio.sitter, other, made))
    ]


def main() -> None:
    registry.discover()
    pool = Pool(Weights(Path(os.environ.get("WEIGHTS_DIR", "data/weights"))))
    setting = Setting(Path(sys.argv[1]), (NAME,), pool)
    judges, rows = Judges(setting), []
    for studios in sitters(setting):
        found = of_person(judges, studios)
        rows += [found] if found else []
        if len(rows) == PEOPLE_MOST:
            break
    values = np.array(rows)
    gain = values[:, 1] - values[:, 0]
    error = 1.96 * gain.std(0) / np.sqrt(len(gain))
    names = ["detector", *(f"{n}, {p}" for p in ("own", "third") for n in judges.strangers)]
    for name, alone, by, off in zip(names, values[:, 0].mean(0), gain.mean(0), error, strict=True):
        sys.stdout.write(f"{name}: {alone:.3f} alone, {by:+.4f} +- {off:.4f} with another\n")
    sys.stdout.write(f"{len(rows)} people\n")


if __name__ == "__main__":
    main()
