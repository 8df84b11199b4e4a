"""Reads scripts that the embedded reader does not know: PP-OCRv5's recognisers, one a card.

They are on no package index: an administrator brings RapidOCR's files (`models fetch NAME --from
DIR`). Digests are those of RapidOCR 3.10.0's own table. Whichever is there is used by the reader of
text (ml.geolocation.writing_ppocr) without being asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any

from ml.contracts import WRITING, Output, View
from ml.geolocation.recogniser import TALL, Recogniser
from ml.geolocation.script_boxes import cut
from ml.registry import Commercial, Device, Group, Model, ModelCard, Task, register
from ml.types import Reading
from ml.weights import File, Path, Weights

ENGINE = "PP-OCRv5"
WHERE = "RapidOCR's models, v3.10.0, onnx/PP-OCRv5/rec"
SIZE = 8_000_000  # bytes, about: the table names digests and no sizes
SCRIPT_READING: Task[Any] = Task(
    "script-reading", "Writing in other scripts", NoneType, group=Group.WHERE, on_demand=True
)


@dataclass(frozen=True, slots=True)
class Pinned:
    """language: RapidOCR's name. scripts: that it reads. title: for people."""

    language: str
    sha256: str
    scripts: tuple[str, ...]
    title: str

    @property
    def name(self) -> str:
        return f"ppocr-reader-{self.language}"

    @property
    def file(self) -> File:
        return File(f"{self.language}_PP-OCRv5_rec_mobile.onnx", self.sha256, SIZE)


PINNED = (
    Pinned(
        "cyrillic", "90f761b4bfcce0c8c561c0cb5c887b0971d3ec01c32164bdf7374a35b0982711",
        ("cyrillic",), "Cyrillic",
    ),
    Pinned(
        "el", "b4368bccd557123c702b7549fee6cd1e94b581337d1c9b65310f109131542b7f", ("greek",),
        "Greek",
    ),
    Pinned(
        "arabic", "c1192e632d0baa9146ae5b756a0e635e3dc63c1733737ebfd1629e87144e9295",
        ("arabic",), "Arabic",
    ),
    Pinned(
        "devanagari", "d6f0a906580e3fa6b324a318718f1f31f268b6ea8ef985f91c2012a37f52c91e",
        ("devanagari",), "Devanagari",
    ),
    Pinned(
        "th", "de541dd83161c241ff426f7ecfd602a0ba77d686cf3ab9a6c255ea82fd08006e", ("thai",),
        "Thai",
    ),
    Pinned(
        "korean", "cd6e2ea50f6943ca7271eb8c56a877a5a90720b7047fe9c41a2e541a25773c9b",
        ("hangul",), "Korean",
    ),
    Pinned(
        "ta", "a42448808b7dea87597336f12438935f40353f1949e8360acd9e06b4da21bfe1", ("tamil",),
        "Tamil",
    ),
    Pinned(
        "te", "a3690451b50028a09a3316a1274f7c05728151ea3f8fd392696397a7fefcbd92", ("telugu",),
        "Telugu",
    ),
)  # fmt: skip


class ScriptReader(Model):
    """Readings of the lines that look like its script."""

    pinned: Pinned

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._read = Recogniser(weights.path(self.pinned.file))

    def run(self, view: View) -> Output:
        lines = [one for one in view.data(WRITING).lines if one.script in self.pinned.scripts]
        told = (self._read(cut(view.picture.pixels, one.corners, TALL)) for one in lines)
        name = self.card.name
        return Output(
            readings=tuple(
                Reading(name, "reads", text[:200], round(score, 3)) for text, score in told if text
            )
        )


def card(one: Pinned) -> ModelCard:
    return ModelCard(
        name=one.name,
        title=f"Reader of {one.title} (PP-OCRv5, mobile)",
        task=SCRIPT_READING,
        weights=(Path(WHERE, (one.file,)),),
        code_licence="Apache-2.0",
        weights_licence="Apache-2.0",
        commercial_use=Commercial.YES,
        memory_mb=60,
        paper="PaddleOCR 3.0 Technical Report, 2025",
        known_limits=(
            "Not measured here: its weights are on no package index. Where it is installed, "
            "the reader of text uses it for lines that look like its script."
        ),
        needs=(WRITING,),
    )


def known(one: Pinned) -> type[Model]:
    """The reader as a model of its own, registered."""
    return register(card(one))(type(f"{one.title}Reader", (ScriptReader,), {"pinned": one}))


def installed(weights: Weights) -> Mapping[str, File]:
    """By script, the file of the recogniser that is here for it."""
    return {
        script: one.file
        for one in PINNED
        if weights.where(one.file).exists()
        for script in one.scripts
    }


for _one in PINNED:
    known(_one)
