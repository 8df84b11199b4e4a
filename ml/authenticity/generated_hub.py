"""Learned detectors of made and manipulated pictures: image classifiers from the hub, by card.

PINNED is the place where an administrator's release pins a model: a repository's revision and
every file's digest. It is empty: none could be read where this was written, and none is guessed.
Loading is kept, and tested by contract, so that an entry there is all that a model needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import NoneType
from typing import Any

from ml.contracts import Output, View
from ml.registry import Commercial, Device, Group, Model, ModelCard, Task, register
from ml.types import Claim, Finding, Reading
from ml.weights import Hub, Weights

GENERATED: Task[Any] = Task(
    "generated", "Learned detector of made pictures", NoneType, group=Group.EVIDENCE
)
TITLE = "learned detector"
# What makers of such models call their classes; the order is the configuration's own.
MADE = {"fake", "deepfake", "artificial", "ai", "ai-generated", "generated", "synthetic"}
TAKEN = {"real", "realism", "human", "hum", "authentic", "genuine"}
UNKNOWN = "its classes name neither made nor real pictures"
UNMEASURED = "not measured here"


@dataclass(frozen=True, slots=True)
class Pinned:
    """A repository with config.json, preprocessor_config.json and model.safetensors, and what its
    card says."""

    name: str
    source: Hub
    licence: str
    paper: str
    memory_mb: int
    known_limits: str


PINNED: tuple[Pinned, ...] = ()


class HubDetector(Model):
    """What an image classifier says of the whole photo. It weighs nothing: nobody has measured it
    here, and such models do poorly on makers and treatments that they did not learn from."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        from transformers import AutoImageProcessor, AutoModelForImageClassification

        with TemporaryDirectory() as folder:
            weights.lay_out(self.card.weights, Path(folder))
            self._prepare = AutoImageProcessor.from_pretrained(  # type: ignore[no-untyped-call]
                folder, local_files_only=True
            )
            model = AutoModelForImageClassification.from_pretrained(
                folder, local_files_only=True, use_safetensors=True
            )
        self._model = model.eval().to(device.value)
        words = {number: word.lower() for number, word in model.config.id2label.items()}
        self._made = [number for number, word in words.items() if word in MADE]
        self._taken = [number for number, word in words.items() if word in TAKEN]

    def run(self, view: View) -> Output:
        name = self.card.name
        if not (self._made and self._taken):
            nothing = Finding(name, TITLE, None, Claim.GENERATED, note=UNKNOWN)
            return Output(findings=(nothing,))
        odds = self.odds(view)
        made = sum(odds[number] for number in self._made)
        made /= made + sum(odds[number] for number in self._taken)
        said = "made or manipulated" if made > 0.5 else "real"
        finding = Finding(name, TITLE, said, Claim.GENERATED, reliability=UNMEASURED)
        reading = Reading(name, "score for made or manipulated", round(made, 4))
        return Output(findings=(finding,), readings=(reading,))

    def odds(self, view: View) -> list[float]:
        """The probability of each class."""
        import torch
        from PIL import Image

        picture = Image.fromarray(view.picture.pixels)
        inputs = self._prepare(images=picture, return_tensors="pt").to(self.device.value)
        with torch.inference_mode():
            logits = self._model(**inputs).logits[0]
        return [float(one) for one in logits.float().softmax(0)]


def card(one: Pinned) -> ModelCard:
    return ModelCard(
        name=one.name,
        title=f"Learned detector {one.source.repo}",
        task=GENERATED,
        weights=(one.source,),
        code_licence="Apache-2.0",
        weights_licence=one.licence,
        commercial_use=Commercial.UNKNOWN,
        memory_mb=one.memory_mb,
        devices=(Device.CPU, Device.CUDA),
        paper=one.paper,
        known_limits=one.known_limits,
    )


def known(one: Pinned) -> type[HubDetector]:
    """The pinned detector as a model of its own, registered."""
    return register(card(one))(type("PinnedDetector", (HubDetector,), {}))


for _one in PINNED:
    known(_one)
