"""Orientation: whether poses of mirrored, turned and smaller copies of a photo agree with it.

No labelled pose is needed: of a copy it is known how its pose differs from the photo's. That copies
agree does not make the pose right, but where they do not it is wrong. Every difference is taken in
the photo's own frame: what was read of the copy is mirrored or turned back first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import geometry, registry
from ml.contracts import DETECTION, Pose, View
from ml.evaluation.looking import decoded, looked, nearest, needed
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics.points import angle_between, quantile, share
from ml.evaluation.readers.samples import Sample, part, pictures, read
from ml.types import Box, Picture

Floats = NDArray[np.float64]
ANGLES = ("yaw", "pitch", "roll")
TURNS = (-30, -15, 15, 30)  # degrees in the photo's plane, clockwise
SIZES = (20, 40, 80)  # pixels of the box's long side
ASIDE = 10.0  # degrees from which a sign is more than chance
EXPECTS = "any folder of photos, each with a face in its middle"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a photo. kind: "mirrored", "turned" or "size". by: degrees or pixels."""

    kind: str
    by: int = 0

    def __str__(self) -> str:
        return self.kind if self.kind == "mirrored" else f"{self.kind}_{abs(self.by)}"


COPIES = (
    Copy("mirrored"),
    *(Copy("turned", turn) for turn in TURNS),
    *(Copy("size", size) for size in SIZES),
)
Said = Mapping[Copy, Pose | None]


def run(setting: Setting) -> dict[str, Measured]:
    samples = part(read(setting.data, (photos,), EXPECTS), setting.limit)
    found = answers(setting, samples)
    return {name: measured(samples, *said) for name, said in found.items()}


def photos(folder: Path) -> list[Sample[None]]:
    """Every picture below the folder; those in a folder of their own are one person's."""
    found = []
    for path in pictures(folder):
        name = path.relative_to(folder)
        person = name.parent.as_posix() if len(name.parts) > 1 else name.as_posix()
        found.append(Sample(name.as_posix(), path, None, person))
    return found


def answers(
    setting: Setting, samples: Sequence[Sample[None]]
) -> dict[str, tuple[list[Pose | None], list[Said]]]:
    """By model what it says of each photo's face, and of the copies of those it read."""
    found: dict[str, tuple[list[Pose | None], list[Said]]] = {
        name: ([], []) for name in setting.models
    }
    for done, (sample, picture) in enumerate(zip(samples, decoded(samples), strict=True)):
        setting.progress(done, len(samples), "Looking at photos and their copies")
        first, box = (None, None) if picture is None else looked_at(setting, sample, picture)
        copies: dict[Copy, Mapping[str, Pose | None]] = {}
        if picture is not None and first and box and any(first.values()):
            copies = {
                copy: looked_at(setting, replace(sample, near=place), made)[0]
                for copy, made, place in copied(picture, box)
            }
        for name, (straight, others) in found.items():
            straight.append(first[name] if first else None)
            others.append({copy: told[name] for copy, told in copies.items()})
    setting.progress(len(samples), len(samples), "Looking at photos and their copies")
    return found


def looked_at(
    setting: Setting, sample: Sample[None], picture: Picture
) -> tuple[dict[str, Pose | None], Box | None]:
    """The pose that each model reads of the meant face, and that face's box."""
    cards = [registry.get(name).card for name in setting.models]
    before = needed(cards, setting.pool.weights)
    detector = next(card for card in before if card.task == DETECTION)
    faces = nearest(setting.pool.run(detector.name, View(picture)).faces, sample, picture)
    if not faces:
        return dict.fromkeys(setting.models), None
    outputs = looked(setting, sample, picture, cards, before).outputs
    return {name: outputs[name].data.poses[0] for name in setting.models}, faces[0].box


def copied(picture: Picture, box: Box) -> Iterator[tuple[Copy, Picture, tuple[float, float]]]:
    """The copies, and where the middle of the face's box lies in each."""
    x, y = box.centre
    for copy in COPIES:
        if copy.kind == "mirrored":
            yield copy, mirrored(picture), (picture.size[0] - 1 - x, y)
        elif copy.kind == "turned":
            yield copy, turned(picture, (x, y), copy.by), (x, y)
        else:
            made = shrunk(picture, copy.by / max(box.width, box.height))
            wide, high = (a / b for a, b in zip(made.size, picture.size, strict=True))
            yield copy, made, ((x + 0.5) * wide - 0.5, (y + 0.5) * high - 0.5)


def mirrored(picture: Picture) -> Picture:
    return Picture(np.ascontiguousarray(picture.pixels[:, ::-1]))


def turned(picture: Picture, middle: tuple[float, float], degrees: float) -> Picture:
    """The photo turned clockwise around a point; its border is repeated beyond it."""
    import cv2

    matrix = cv2.getRotationMatrix2D(middle, -degrees, 1.0)
    made = cv2.warpAffine(picture.pixels, matrix, picture.size, borderMode=cv2.BORDER_REPLICATE)
    return Picture(np.asarray(made, np.uint8))


def shrunk(picture: Picture, times: float) -> Picture:
    """The photo so many times as large; each pixel of a smaller one is the mean of an area."""
    import cv2

    wide, high = (max(1, round(side * times)) for side in picture.size)
    method = cv2.INTER_AREA if times < 1 else cv2.INTER_LINEAR
    made = cv2.resize(picture.pixels, (wide, high), interpolation=method)
    return Picture(np.asarray(made, np.uint8))


def back(copy: Copy, pose: Pose) -> Pose:
    """What was read of a copy, in the frame of the photo it is of."""
    if copy.kind == "mirrored":
        return Pose(-pose.yaw, pose.pitch, -pose.roll)
    if copy.kind == "size":
        return pose
    level = geometry.rotation(Pose(0, 0, -copy.by))
    return geometry.pose(level @ geometry.rotation(pose))


def measured(
    samples: Sequence[Sample[None]],
    straight: Sequence[Pose | None],
    copies: Sequence[Said],
) -> Measured:
    """COPY_ANGLE_median, COPY_ANGLE_p90: degrees between a copy's pose and the photo's, of the
    copies that were read; COPY_read: how many of them were. Copies turned to either side count
    together. COPY_signs: of faces at least 10 degrees aside, the share whose yaw (roll) has the
    right sign in the mirrored copy. copies_median: of all three angles of mirrored and turned
    copies. Counts: aside_ANGLE, how many faces those signs are of. Photos of which nothing was
    read are left out: there is nothing to compare with."""
    errors, signs = {}, {}
    for copy in COPIES:
        pairs = [(one, said.get(copy)) for one, said in zip(straight, copies, strict=True)]
        errors[copy] = np.array([apart(copy, *pair) for pair in pairs]).reshape(-1, 3)
        if copy.kind == "mirrored":
            signs = {
                angle: np.array([sign_kept(copy, angle, *pair) for pair in pairs], np.float64)
                for angle in ("yaw", "roll")
            }
    known = np.array([one is not None for one in straight], bool)
    return Measured(
        identities=tuple(one.identity for one in samples),
        score=lambda weights: scored(errors, signs, known, weights),
        n=len(samples),
        skipped=int((~known).sum()),
        counts={f"aside_{angle}": int(np.isfinite(kept).sum()) for angle, kept in signs.items()},
        samples=samples,
    )


def scored(
    errors: Mapping[Copy, Floats],
    signs: Mapping[str, Floats],
    known: NDArray[np.bool_],
    weights: Floats,
) -> dict[str, float]:
    """errors: by copy N x 3. signs: by angle N. known: of which photos something was read."""
    found: dict[str, float] = {}
    level = [errors[copy].ravel() for copy in COPIES if copy.kind != "size"]
    each = np.tile(np.repeat(weights, 3), len(level))
    found["copies_median"] = quantile(np.concatenate(level), each, 0.5)
    for kind in dict.fromkeys(map(str, COPIES)):
        alike = [errors[copy] for copy in COPIES if str(copy) == kind]
        stacked, both = np.concatenate(alike), np.tile(weights, len(alike))
        asked = both * np.tile(known, len(alike))
        found[f"{kind}_read"] = share(np.isfinite(stacked[:, 0]), asked)
        for column, angle in enumerate(ANGLES):
            for word, q in (("median", 0.5), ("p90", 0.9)):
                found[f"{kind}_{angle}_{word}"] = quantile(stacked[:, column], both, q)
    for angle, kept in signs.items():
        there = np.isfinite(kept)
        found[f"mirrored_{angle}_signs"] = share(kept[there] > 0, weights[there])
    return found


def apart(copy: Copy, one: Pose | None, other: Pose | None) -> tuple[float, ...]:
    """Degrees of yaw, pitch and roll between a photo's pose and its copy's; nan without one."""
    if one is None or other is None:
        return (np.nan,) * 3
    there = back(copy, other)
    return tuple(
        float(angle_between(np.array(getattr(there, angle)), np.array(getattr(one, angle))))
        for angle in ANGLES
    )


def sign_kept(copy: Copy, angle: str, one: Pose | None, other: Pose | None) -> float:
    """1 where an angle has the sign it should have, 0 where not; nan where it is too small to
    tell, or there is no pose."""
    if one is None or other is None or abs(getattr(one, angle)) < ASIDE:
        return float("nan")
    return float(getattr(one, angle) * getattr(back(copy, other), angle) > 0)


ORIENTATION = register(
    Benchmark(
        name="orientation",
        title="Head pose of copies",
        asks="pose",
        metrics=("copies_median", "mirrored_*", "turned_*", "size_*"),
        reads=EXPECTS,
        run=run,
        on_card={
            "copies_median": "mirrored and turned copies differ by (median)",
            **{
                f"{copy}_{angle}_median": f"{angle}, {words}, differs by (median)"
                for copy, words in (("mirrored", "mirrored"), ("turned_30", "turned by 30"))
                for angle in ANGLES
            },
            "mirrored_yaw_signs": "mirrored yaw has the right sign",
            **{
                f"size_{size}_{angle}_{word}": f"{angle} at {size} px differs by ({said})"
                for size in SIZES
                for angle in ANGLES
                for word, said in (("median", "median"), ("p90", "nine in ten less"))
            },
            **{f"size_{size}_read": f"read at {size} px" for size in SIZES},
        },
        lower_is_better=True,
        unit="degrees",
    )
)
