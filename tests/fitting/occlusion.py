"""Measures the usual face that ml.analysis.occlusion_fitted goes by: `python -m
tests.fitting.occlusion LFW`.

The argument is a folder of people (LFW). On the half of them that the benchmark does not ask about,
the usual face and how much faces differ from it are measured and written, coarse and the same on
both sides, into occlusion.npz. How much what differs counts is measured apart
(tests.fitting.cover_weights).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from scipy.ndimage import distance_transform_edt

from ml import decode, registry
from ml.analysis import face_layout
from ml.analysis.face_layout import COARSE, SIDE, Skin, laid, placed, skin
from ml.analysis.face_misfit import TONES, lit, misfit
from ml.contracts import DETECTION, MESH, Output, View
from ml.evaluation.benchmarks.occlusion import asked
from ml.evaluation.looking import nearest
from ml.evaluation.readers.samples import Sample, pictures
from ml.frontal import frontal
from ml.pool import Pool
from ml.types import Face, Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

Array = np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A photo's meant face. person: whose it is."""

    person: str
    pixels: Array
    face: Face
    mesh: Array


def main(folder: Path) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    measure(list(faces(pool, folder)))


def measure(found: list[Seen]) -> None:
    print(f"{len(found)} faces", flush=True)
    places = placed(np.mean([frontal(one.mesh) for one in found], 0))
    frame = laid(places)
    usual, spread = average([skin(Picture(one.pixels), one.mesh, frame) for one in found[::2]])
    kept = {
        "places": places,
        "usual": coarse(usual, frame.inside),
        "spread": coarse(spread, frame.inside),
    }
    np.savez_compressed(
        face_layout.FITTED, **{name: value.astype(np.float16) for name, value in kept.items()}
    )


def faces(pool: Pool, folder: Path) -> Iterator[Seen]:
    """Those of the half that is fitted on, profiles left out."""
    for photo in pictures(folder):
        person = photo.parent.name
        if asked(person):
            continue
        picture = decode.picture(photo)
        sample = Sample(photo.name, photo, None, person)
        seen = tuple(nearest(pool.run("centerface", View(picture)).faces, sample, picture))
        if seen and (mesh := meshed(pool, picture, seen[0])) is not None:
            yield Seen(person, picture.pixels, seen[0], mesh)


def meshed(pool: Pool, picture: Picture, face: Face) -> Array | None:
    """None in profile."""
    view = View(picture, (face,), {DETECTION: Output(faces=(face,))})
    mesh = pool.run("mediapipe-mesh", view)
    pose = pool.run("mesh-pose", View(picture, (face,), {MESH: mesh}))
    return mesh.data.points[0] if pose.data.poses[0] is not None else None


def average(skins: Sequence[Skin]) -> tuple[Array, Array]:
    """The usual face without its light, and how much faces differ from it (SIDE x SIDE x 3)."""
    usual = np.zeros((SIDE, SIDE, 3), np.float32)
    spread = np.full_like(usual, 0.3)
    there = np.stack([one.seen for one in skins])[..., None]
    count = np.maximum(there.sum(0), 1)
    for _ in range(3):
        off = np.stack([misfit(one, None, usual, spread) for one in skins])
        shift = (off * there).sum(0) / count
        usual = usual + shift * spread
        wide = np.sqrt((((off - shift) * there) ** 2).sum(0) / count) * spread
        spread = np.where(count > 50, wide.clip(0.04), 0.3).astype(np.float32)
    tones = np.stack([(lit(one, None, usual, spread) - usual)[0, 0, 1:] for one in skins])
    print(f"tones differ by {tones.std(0).round(3)}, {TONES} in the code", flush=True)
    usual[..., 1:] += tones.mean(0)
    return usual, spread


def coarse(fine: Array, inside: Array) -> Array:
    """COARSE x COARSE x 3, the same on both sides: nobody is to be known in it."""
    rows, columns = distance_transform_edt(~inside, return_distances=False, return_indices=True)
    whole = fine[rows, columns]
    return cv2.resize((whole + whole[:, ::-1]) / 2, (COARSE,) * 2, interpolation=cv2.INTER_AREA)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
