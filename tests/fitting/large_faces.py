"""How far make-up and cloaks reach on large faces:
`python -m tests.fitting.large_faces PHOTOS KEEP [KIND ...]`.

PHOTOS is a folder of photos; every face whose box is at least LEAST pixels wide is disguised, one
at a time, with both kinds or those named, as the jobs do it against all recognisers. Nothing is
held out, which takes a third of the time. There are no other photos of these people: what is told
is how many recognisers no longer match the own original, at the distances within which one pair of
strangers in a hundred comes (docs/benchmarks, benchmark "protection"). KEEP is a folder in which
each face's proof is kept, so that a run that was stopped goes on. Nothing is chosen by it.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from ml import decode, pipelines, registry
from ml.contracts import DETECTION, EMBEDDING, IRIS, MESH, PARSING, POSE, View
from ml.contracts.disguising import NOTHING, OWN, PROOF
from ml.errors import MLError
from ml.evaluation.disguises import AS_IT_IS, HARDEST, STAGES
from ml.evaluation.looking import installed
from ml.pipelines import Context
from ml.pool import Pool
from ml.registry import best
from ml.types import JSON, Box
from ml.weights import Weights

LEAST = 160
LIMITS = {"dlib-resnet": 0.427, "faceres-embedding": 0.775}
KINDS = ("make-up", "cloak")
HELD_OUT = "held out"


def main(photos: Path, keep: Path, kinds: Sequence[str]) -> None:
    registry.discover()
    keep.mkdir(parents=True, exist_ok=True)
    pool = Pool(Weights(Path(os.environ.get("WEIGHTS_DIR", "data/weights"))))
    here = installed(pool.weights)
    cards = [best(task, here) for task in (DETECTION, MESH, POSE, IRIS, PARSING, EMBEDDING)]
    models = tuple(card.name for card in cards if card)
    told: dict[tuple[str, str, str, str], list[bool]] = defaultdict(list)
    quality: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for path, box in faces(photos, models[0], pool):
        for kind in kinds:
            sheet = kept(keep, path, box, kind, models, pool)
            told_of = sheet.get("refused") or said(sheet)
            print(path.name, round(box.width), kind, told_of, flush=True)
            if "refused" not in sheet:
                quality[kind].append((sheet["psnr"], sheet["ssim"], sheet["took"]))
                for key, misled in readings(sheet):
                    told[kind, *key].append(misled)
    for which, each in sorted(told.items()):
        print(*which, f"{sum(each)} of {len(each)}", sep="\t")
    for kind, rows in quality.items():
        (psnr, ssim, _), (_, _, took) = np.min(rows, 0), np.median(rows, 0)
        print(kind, f"least PSNR {psnr:.2f} dB, least SSIM {ssim:.3f}, median {took:.0f} s")


def faces(photos: Path, detector: str, pool: Pool) -> Iterator[tuple[Path, Box]]:
    for path in sorted(photos.glob("*.jpg")):
        found = pool.run(detector, View(decode.picture(path))).faces
        yield from ((path, one.box) for one in found if one.box.width >= LEAST)


def kept(keep: Path, path: Path, box: Box, kind: str, models: tuple[str, ...], pool: Pool) -> JSON:
    """The proof's account of the face; or {"refused": the sentence}."""
    place = keep / f"{path.stem}-{box.left:.0f}-{box.top:.0f}-{kind}.json"
    if not place.exists():
        try:
            new = made(path, box, kind, models, pool)
        except MLError as error:
            new = {"refused": str(error)}
        place.write_text(json.dumps(new))
    sheet: JSON = json.loads(place.read_text())
    return sheet


def made(path: Path, box: Box, kind: str, models: tuple[str, ...], pool: Pool) -> JSON:
    """
    Raises:
        MLError: the face cannot be disguised.
    """
    job, began = pipelines.get(kind), perf_counter()
    with TemporaryDirectory() as folder:
        inputs = job.inputs(photo=path, models=models, faces=(box,))
        report = job.run(
            job.options(seed=0, hold_out=NOTHING), inputs, Context(pool, scratch=Path(folder))
        )
        proof = next(one for one in report.artifacts if one.kind == PROOF)
        sheet: JSON = json.loads(proof.path.read_text())["faces"][0]
    return {**sheet, "took": perf_counter() - began}


def said(sheet: JSON) -> str:
    return f"{sheet['psnr']:.1f} dB, SSIM {sheet['ssim']:.3f}, {sheet['took']:.0f} s"


def readings(sheet: JSON) -> Iterator[tuple[tuple[str, str, str], bool]]:
    """(recogniser, its part, journey) and whether it no longer matches the own original."""
    lines = [(one, STAGES.get(one["role"], "")) for one in sheet["recognisers"]]
    lines += [(one, HELD_OUT) for one in sheet["made again without one"]]
    for line, part in lines:
        if line["recogniser"] not in LIMITS:
            continue  # it shares weights with one that is
        for journey in (AS_IT_IS, HARDEST):
            before = line["before"][journey][OWN]["distance"] if "before" in line else 0
            after = line["after"][journey][OWN]["distance"]
            limit = LIMITS[line["recogniser"]]
            if part and after is not None and before is not None and before < limit:
                yield (line["recogniser"], part, journey), after >= limit


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] or KINDS)
