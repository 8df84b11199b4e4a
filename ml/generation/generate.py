"""The work of a job "generate": pictures of a person from words and photos of their face.

It is not registered as a kind of job: whoever does so first asks for the person's consent, and
writes the receipt that the facts of every file are meant for.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from hashlib import file_digest
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ml import alignment, decode, geometry, registry
from ml.contracts import GENERATION, MESH
from ml.contracts.generators import Brief, Candidate, FaceAsked, Generator, Made
from ml.contracts.portraits import Wish
from ml.errors import MLError
from ml.generation import prompt_agreement, prompt_rules
from ml.generation.expressions import EXPRESSIONS
from ml.generation.posing import placed, posed
from ml.generation.prompt_agreement import PromptAgreement
from ml.generation.prompt_list import RULES, Rule
from ml.generation.styles import STYLES
from ml.generation.styling import joined, named
from ml.pipelines import Context
from ml.pool import Pool
from ml.sequence import SAME, look
from ml.types import Artifact, Box, Picture, Ran, Report

KIND = "generate"
NONE = "none"
CHIP, ROOM = 224, 0.4  # pixels, and margin as a part of the face's side
SEEDS = 2**31
NO_FACE = "A chosen face was not found again on its photo, or it is seen from the side."
NO_PHOTO = "Choose at least one photo of the person."
NO_EXPRESSION = "No expression is named {!r}. There are: {}."
NO_ENGINE = "{} is not installed. {}"
OTHERS = "Installed are: {}."
NOTHING = "No back end for made portraits is: an administrator can add one under Models."


def engines() -> tuple[str, ...]:
    """The names of all back ends, installed or not, best first."""
    return tuple(card.name for card in registry.cards() if card.task == GENERATION)


def styles() -> tuple[str, ...]:
    return (NONE, *STYLES)


def expressions() -> tuple[str, ...]:
    return (NONE, *EXPRESSIONS)


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """What is to be made, and by what."""

    prompt: str = field(default="", metadata={"title": "What is to be seen", "format": "textarea"})
    negative: str = field(default="", metadata={"title": "What is not to be seen", "rare": True})
    style: str = field(default=NONE, metadata={"title": "Style", "choices": styles})
    strength: int = field(
        default=0,
        metadata={
            "title": "Weight of the face",
            "min": 0,
            "max": 100,
            "help": "Against the words; 0 takes the style's own.",
        },
    )
    count: int = field(default=4, metadata={"title": "Pictures", "min": 1, "max": 16})
    steps: int = field(default=25, metadata={"title": "Steps", "min": 1, "max": 100, "rare": True})
    side: int = field(default=512, metadata={"title": "Size", "min": 256, "max": 1024})
    seed: int = field(
        default=0,
        metadata={"title": "Seed", "min": 0, "rare": True, "help": "0 takes one by chance."},
    )
    engine: str = field(
        default="ip-adapter-plus-face", metadata={"title": "Made by", "choices": engines}
    )
    fast: bool = field(
        default=False,
        metadata={"title": "Fast mode", "help": "Few steps: quicker, and less exact."},
    )
    yaw: int = field(
        default=0, metadata={"title": "Head turned by (degrees)", "min": -45, "max": 45}
    )
    pitch: int = field(
        default=0, metadata={"title": "Head raised by (degrees)", "min": -30, "max": 30}
    )
    expression: str = field(default=NONE, metadata={"title": "Expression", "choices": expressions})


@dataclass(frozen=True, slots=True)
class GenerateInputs:
    """photos: files as uploaded, all of one person. faces: where that person is, one a photo.
    models: names of what reads photos, resolved when the job was submitted. rules: what a prompt
    may not ask for."""

    photos: tuple[Path, ...]
    faces: tuple[Box, ...]
    models: tuple[str, ...]
    rules: tuple[Rule, ...] = RULES


def generate(options: GenerateOptions, inputs: GenerateInputs, context: Context) -> Report:
    """A PNG a picture; its facts hold what a receipt needs of how it was made.

    Raises:
        PromptRefused: a rule refuses the words.
        MLError: no such style, the back end is not installed, a face is not found again, ...
        Cancelled: somebody asked for that.
    """
    for words in (options.prompt, options.negative):
        prompt_rules.check(words, inputs.rules)
    style = None if options.style == NONE else named(options.style, STYLES)
    require(options.engine, context.pool)
    if not inputs.photos:
        raise MLError(NO_PHOTO)
    faces = tuple(
        face_of(photo, box, inputs.models, context)
        for photo, box in zip(inputs.photos, inputs.faces, strict=True)
    )
    brief = Brief(
        prompt=joined(options.prompt, style.prompt if style else ""),
        negative=joined(options.negative, style.negative if style else ""),
        style=style.name if style else "",
        faces=faces,
        strength=options.strength / 100 or (style.strength if style else 0.7),
        seed=options.seed or secrets.randbelow(SEEDS - 1) + 1,
        count=options.count,
        steps=options.steps,
        width=options.side,
        height=options.side,
        fast=options.fast,
        landmarks=landmarks(options, faces[0]),
    )
    engine = cast(Generator, context.pool.get(options.engine))
    made = ranked(engine.make(brief, context.progress), options.prompt, context.pool)
    card = engine.card
    files = () if context.scratch is None else written(brief, made, context.scratch)
    ran = Ran(card.name, card.task.name, card.digest, card.recipe)
    return Report((made.width, made.height), artifacts=files, runs=(ran,), notes=made.notes)


def require(name: str, pool: Pool) -> None:
    """
    Raises:
        MLError: it is not installed, or unknown; the sentence offers those that are.
    """
    there = [one for one in engines() if pool.weights.has(registry.get(one).card.weights)]
    if name not in there:
        offer = OTHERS.format(", ".join(there)) if there else NOTHING
        raise MLError(NO_ENGINE.format(name[:40], offer))


def face_of(photo: Path, box: Box, models: tuple[str, ...], context: Context) -> FaceAsked:
    """
    Raises:
        MLError: there is no such face on the photo, or none that has a mesh.
    """
    return face_on(decode.picture(photo), box, models, context)


def face_on(picture: Picture, box: Box, models: tuple[str, ...], context: Context) -> FaceAsked:
    """As face_of, on a photo that is read already."""
    report, outputs = look(picture, models, replace(context, scratch=None))
    at = max(range(len(report.faces)), key=lambda n: report.faces[n].box.iou(box), default=None)
    if at is None or report.faces[at].box.iou(box) < SAME:
        raise MLError(NO_FACE)
    mesh = outputs[MESH].data.points[at]
    if mesh is None:
        raise MLError(NO_FACE)
    (chip,) = alignment.chips(picture, [mesh], CHIP, ROOM)
    vectors = {one.space.model: one.array for one in report.embeddings if one.face == at}
    cut = alignment.cut(mesh, CHIP, ROOM)
    flat = geometry.moved(cut, mesh[:, :2])
    solid = np.column_stack([flat, mesh[:, 2] * geometry.scale(cut)])
    return FaceAsked(chip, vectors, solid)


def landmarks(options: GenerateOptions, face: FaceAsked) -> NDArray[np.float64] | None:
    """Where the mesh of the face is to be; None where neither pose nor expression is asked for.

    Raises:
        MLError: no expression has that name; the sentence offers those there are.
    """
    if options.expression not in expressions():
        offer = ", ".join(sorted(EXPRESSIONS))
        raise MLError(NO_EXPRESSION.format(options.expression[:40], offer))
    looks = "" if options.expression == NONE else options.expression
    wish = Wish(yaw=options.yaw, pitch=options.pitch, expression=looks)
    if face.mesh is None or wish == Wish():
        return None
    return placed(posed(face.mesh, wish), options.side, options.side)


def ranked(made: Made, prompt: str, pool: Pool) -> Made:
    """Pictures that agree with the words first, where it is installed what tells that."""
    if not prompt or not pool.weights.has(registry.get(prompt_agreement.NAME).card.weights):
        return made
    judge = cast(PromptAgreement, pool.get(prompt_agreement.NAME))
    cosines = judge.agreement([one.pixels for one in made.candidates], prompt)
    told = [
        replace(one, agreement=float(cosine))
        for one, cosine in zip(made.candidates, cosines, strict=True)
    ]
    best_first = sorted(told, key=lambda one: -(one.agreement or 0.0))
    return replace(made, candidates=tuple(best_first))


def written(brief: Brief, made: Made, folder: Path) -> tuple[Artifact, ...]:
    return tuple(saved(brief, made, one, folder) for one in made.candidates)


def saved(brief: Brief, made: Made, one: Candidate, folder: Path) -> Artifact:
    from PIL import Image

    path = folder / f"{KIND}-{one.seed}.png"
    Image.fromarray(one.pixels).save(path)
    facts: dict[str, str | float] = {
        "back-end": made.model,
        "weights": made.digest,
        "seed": one.seed,
        "prompt": brief.prompt,
        "negative-prompt": brief.negative,
        "style": brief.style,
        "strength": brief.strength,
        "steps": made.steps,
        "guidance": made.guidance,
        "at-once": made.batch,
        "device": made.device,
        "faces": len(brief.faces),
        "fast": float(brief.fast),
        "posed": float(brief.landmarks is not None),
    }
    if one.agreement is not None:
        facts["prompt-agreement"] = round(one.agreement, 4)
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Artifact(made.model, KIND, "image/png", path, digest, path.stat().st_size, facts=facts)
