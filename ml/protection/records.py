"""Writes down what was made: the photo, the proof, where it was changed, and readings a face."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import raster
from ml.contracts.disguising import HELD_OUT, OWN, PROOF, USED
from ml.protection.proof import misled
from ml.protection.side_by_side import side_by_side
from ml.types import JSON, Artifact, Mark, MarkKind, Reading, Report

Pixels = NDArray[np.uint8]
PNG, JPEG = "png", "jpeg"
QUALITY, SMALL = 95, 88  # of JPEGs
KEPT = {
    PNG: "Lossless: outside the changed regions no pixel differs.",
    JPEG: "JPEG 95: saving changes pixels a little everywhere; before it, none differed outside "
    "the changed regions.",
}
HEAT = 32.0  # of 255: a change as large as that is the hottest
BEST_OF_ALL = "half size, JPEG 75"
HEAT_MAP, SIDES = "heat-map", "side-by-side"  # kinds of file, besides PROOF
PHOTO_OF = "made_along_with"  # a fact of these: the digest of the photo they are about


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    """A photo as its file holds it. file: PNG or JPEG. content: of the file. pixels: what whoever
    opens it sees."""

    file: str
    content: bytes
    pixels: Pixels


def saved(file: str, pixels: Pixels) -> Saved:
    """The pixels through a file of that kind."""
    from PIL import Image

    how: dict[str, Any] = {} if file == PNG else {"quality": QUALITY, "subsampling": 0}
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, file, **how)
    with Image.open(buffer) as back:
        return Saved(file, buffer.getvalue(), np.asarray(back.convert("RGB")))


def told(
    report: Report,
    kind: str,
    photo: Saved,
    facts: Mapping[str, str | float],
    before: Pixels,
    sheets: Sequence[JSON],
    scratch: Path | None,
) -> Report:
    """The report with files, marks and readings. kind: of the job, whose word they are."""
    kept = KEPT[photo.file]
    notes = [*report.notes, kept, *dict.fromkeys(one["warning"] for one in sheets)]
    heat = change(before, photo.pixels)
    artifacts: tuple[Artifact, ...] = ()
    if scratch is not None:
        proof = {"kind": kind, "facts": dict(facts), "file": kept, "faces": list(sheets)}
        made = _photo(kind, photo, facts, scratch)
        along = companions(kind, made.sha256, before, photo.pixels, proof, scratch)
        artifacts = (made, *along)
    return replace(
        report,
        readings=tuple(one for sheet in sheets for one in _readings(kind, sheet)),
        marks=tuple(_mark(kind, sheet, heat) for sheet in sheets),
        artifacts=artifacts,
        notes=tuple(note for note in notes if note),
    )


def change(before: Pixels, after: Pixels) -> NDArray[np.uint8]:
    """H x W: how much each pixel was changed, 255 for HEAT and more."""
    apart = np.abs(after.astype(np.int16) - before).max(2)
    heat: NDArray[np.uint8] = np.minimum(apart * (255 / HEAT), 255).astype(np.uint8)
    return heat


def _readings(kind: str, sheet: JSON) -> Iterator[Reading]:
    face, lines = sheet["face"], sheet["recognisers"]
    yield Reading(kind, "recognisers misled", misled(lines, [USED], OWN, "as it is"), face=face,
                  note="used in making")  # fmt: skip
    held = [one for one in (*lines, *sheet["made again without one"]) if one["role"] == HELD_OUT]
    if held:
        for journey in ("as it is", BEST_OF_ALL):
            yield Reading(kind, f"held out recognisers misled, {journey}",
                          misled(held, [HELD_OUT], OWN, journey), face=face,
                          note="of files made anew without each")  # fmt: skip
    else:
        yield Reading(kind, "held out recognisers misled", None, face=face, note=sheet["warning"])
    yield Reading(kind, "PSNR", sheet["psnr"], face=face, unit="dB")
    yield Reading(kind, "SSIM", sheet["ssim"], face=face)
    yield Reading(kind, "time to make and prove it", sheet["seconds"], face=face, unit="s",
                  note=f"{sheet['seconds making']:.0f} s of it to make it")  # fmt: skip


def _mark(kind: str, sheet: JSON, heat: NDArray[np.uint8]) -> Mark:
    left, top, right, bottom = sheet["inner"]
    picture = raster.png(np.ascontiguousarray(heat[top:bottom, left:right]))
    corners = ((float(left), float(top)), (float(right), float(bottom)))
    return Mark(kind, "What was changed", MarkKind.HEAT, (corners,), sheet["face"], picture)


def _photo(kind: str, made: Saved, facts: Mapping[str, str | float], scratch: Path) -> Artifact:
    path = scratch / f"{kind}.{'png' if made.file == PNG else 'jpg'}"
    path.write_bytes(made.content)
    return _artifact(kind, kind, f"image/{made.file}", path, facts)


def companions(
    kind: str, photo: str, before: Pixels, after: Pixels, proof: JSON, scratch: Path
) -> Iterator[Artifact]:
    """What lies beside a photo with disguised faces. kind: of the job. photo: the digest of its
    file. before, after: H x W x 3 each, as it was and as whoever opens the file sees it. proof:
    "faces" holds a sheet each."""
    from PIL import Image

    along = {PHOTO_OF: photo}
    heat = change(before, after)
    shown = scratch / f"{kind}-heat.png"
    shown.write_bytes(raster.png(heat))
    yield _artifact(kind, HEAT_MAP, "image/png", shown, along)
    sides = side_by_side(before, after, heat, [tuple(one["inner"]) for one in proof["faces"]])
    small = scratch / f"{kind}-side-by-side.jpg"
    Image.fromarray(sides).save(small, quality=SMALL)
    yield _artifact(kind, SIDES, "image/jpeg", small, along)
    sheet = scratch / f"{kind}-proof.json"
    sheet.write_text(json.dumps(proof | {"photo": photo}, indent=1, allow_nan=False))
    yield _artifact(kind, PROOF, "application/json", sheet, along)


def _artifact(
    kind: str, what: str, media_type: str, path: Path, facts: Mapping[str, str | float]
) -> Artifact:
    content = path.read_bytes()
    digest = sha256(content).hexdigest()
    return Artifact(kind, what, media_type, path, digest, len(content), None, dict(facts))
