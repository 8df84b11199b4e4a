"""Disguises a photo's faces on its way to a safe file, and proves on that file how far it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from ml import decode
from ml.contracts import Parsed
from ml.contracts.disguising import HELD_OUT, OWN
from ml.pipelines import Context
from ml.protection import faces_chosen, proof, proving, records, saving, workshop
from ml.protection.choosing import Candidate
from ml.protection.disguise_job import TOO_MUCH, UNREAD
from ml.protection.faces_chosen import Chosen
from ml.protection.workshop import Wish, Worked, Workshop
from ml.sequence import SAME
from ml.types import JSON, Artifact, Box, Face, Picture

Pixels = NDArray[np.uint8]
AS_IT_IS = "as it is"
NOBODY = "No face was disguised."
KEPT = "Saved as the photo was: a JPEG rounds pixels a little everywhere."


@dataclass(frozen=True, slots=True, eq=False)
class Disguised:
    """wish, shop: what was asked, and what it was worked with. before: the picture in which faces
    were disguised; worked: these; hindered: sentences about those that could not be."""

    wish: Wish
    shop: Workshop
    before: Picture
    worked: tuple[Worked, ...]
    hindered: tuple[str, ...]

    def boxes(self) -> list[Box]:
        return [one.chosen.face.box for one in self.worked]


def disguised(
    wish: Wish,
    shop: Workshop,
    was: Picture,
    picture: Picture,
    faces: Sequence[tuple[int, Candidate]],
    heads: Sequence[Parsed | None],
    context: Context,
) -> tuple[Picture, Disguised, tuple[str, ...]]:
    """The picture with those faces disguised that are fit for it, and sentences for people. was:
    the photo as it came, which recognisers are not to match; picture: the same, or smaller.
    faces: with their numbers, in pixels of `was`, as heads are: the parts of the first of them."""
    fit, hindered = _fit(faces, heads, picture.size[0] / was.size[0])
    pixels, worked, notes = picture.pixels, [], [*wish.notes] if fit else []
    for count, (there, one) in enumerate(fit):
        began = perf_counter()
        told = workshop.stepping(wish, shop, context, count, len(fit))
        own = shop.judges.vectors(was, there)
        made = workshop.made(
            wish, shop, pixels, one, own, shop.used, lambda step, told=told: told(0, step)  # type: ignore[misc]
        )  # fmt: skip
        if made is None:
            hindered.append(UNREAD.format(number=one.number + 1))
            continue
        pixels = made.pixels
        notes += [TOO_MUCH.format(number=one.number + 1)] * (not made.within)
        worked.append(Worked(one, own, made.inner, perf_counter() - began))
    about = Disguised(wish, shop, picture, tuple(worked), tuple(hindered))
    return (Picture(pixels) if worked else picture), about, tuple(notes)


def _fit(
    faces: Sequence[tuple[int, Candidate]], heads: Sequence[Parsed | None], scale: float
) -> tuple[list[tuple[Face, Chosen]], list[str]]:
    """Faces as the photo came with what is worked on, so many times as large; and why others are
    not."""
    fit, hindered = [], []
    for number, one in faces:
        mesh = None if one.mesh is None else (one.mesh * scale).astype(np.float32)
        if why := faces_chosen.hindrance(mesh, one.pose, number):
            hindered.append(why)
        else:
            assert mesh is not None  # noqa: S101  hindrance() said so
            box = Box(*(side * scale for side in one.face.box.to_json()))
            head = heads[number] if number < len(heads) else None
            chosen = Chosen(number, Face(box, one.face.score), mesh, _scaled(head, scale))
            fit.append((one.face, chosen))
    return fit, hindered


def _scaled(head: Parsed | None, scale: float) -> Parsed | None:
    """The same parts of a head that is so many times as large."""
    if head is None:
        return None
    there = head.transform.copy()
    there[:, :2] /= scale
    return replace(head, transform=there)


def sheets(about: Disguised, after: Picture, photo: Path, context: Context) -> list[JSON]:
    """The proof of each face. after: of the file, opened again. photo: the file as uploaded, as
    which the new one was saved."""
    assert context.scratch is not None  # noqa: S101  a file was written there
    how, folder = saving.like(photo), context.scratch / "tried"
    folder.mkdir(exist_ok=True)

    def opened(pixels: Pixels) -> Pixels:
        return decode.picture(saving.write(pixels, how, folder)).pixels

    made = []
    for count, work in enumerate(about.worked):
        told = workshop.stepping(about.wish, about.shop, context, count, len(about.worked))
        made.append(
            proving.sheet(about.wish, about.shop, about.before, after.pixels, work, told, opened)
        )
    return made


def beside(
    kind: str, about: Disguised, made: Sequence[JSON], after: Picture, file: Artifact, scratch: Path
) -> Sequence[Artifact]:
    """The proof and its pictures; nothing where no face was disguised. kind: of the job. file: the
    one it is about."""
    if not made:
        return ()
    told = {"kind": about.wish.kind, "facts": about.wish.facts, "file": KEPT, "faces": list(made)}
    before = about.before.pixels
    return tuple(records.companions(kind, file.sha256, before, after.pixels, told, scratch))


def others(about: Disguised, faces: Sequence[Face], places: Sequence[int]) -> list[int]:
    """Which of these places of faces of the new file are of none that was disguised."""
    boxes = about.boxes()
    return [place for place in places if all(faces[place].box.iou(box) < SAME for box in boxes)]


def verdict(about: Disguised, made: Sequence[JSON]) -> tuple[bool, str]:
    """Whether recognisers can no longer tell who the disguised faces are, as far as anybody can
    know here; and why, or why not. Where no recogniser could be asked that took no part, nobody
    can."""
    known = [*about.hindered, *(words for sheet in made for words in _matches(sheet))]
    if known:
        return False, " ".join(known)
    if not made:
        return False, NOBODY
    if any(sheet["warning"] for sheet in made):
        return False, proof.UNPROVEN
    return True, " ".join(_reach(made, journey) for journey in (AS_IT_IS, records.BEST_OF_ALL))


def _matches(sheet: JSON) -> Iterator[str]:
    """A sentence for each recogniser that still knows the face."""
    first = len(sheet["recognisers"])
    for number, line in enumerate((*sheet["recognisers"], *sheet["made again without one"])):
        told = line["after"][AS_IT_IS].get(OWN)
        if told is not None and told["matched"]:
            part = line["role"]
            part += ": made anew without it" if number >= first else ""
            yield f"{line['title']} ({part}) still matches face {sheet['face'] + 1}."


def _reach(made: Sequence[JSON], journey: str) -> str:
    lines = [one for sheet in made for one in (*sheet["recognisers"],
             *sheet["made again without one"]) if one["role"] == HELD_OUT]  # fmt: skip
    count = proof.misled(lines, [HELD_OUT], OWN, journey)
    if journey == AS_IT_IS:
        return f"Recognisers that took no part were misled in {count} looks at it."
    return f"After {journey}: {count}. People who know somebody still do."
