"""Learned detectors load through transformers, and go by the labels of their configuration."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml import registry
from ml.authenticity.generated_hub import UNKNOWN, HubDetector, Pinned, card, known
from ml.contracts import View
from ml.registry import Device
from ml.types import Claim, Picture
from ml.weights import File, Hub, Weights

REVISION = "0" * 40
PICTURE = Picture(np.random.default_rng(1).integers(0, 256, (40, 60, 3), np.uint8))
SIZES = {
    "hidden_size": 16,
    "intermediate_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "image_size": 32,
    "patch_size": 16,
}


def vit(labels: dict[int, str]) -> tuple[Any, Any]:
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

    config = ViTConfig(**SIZES, id2label=labels, num_labels=len(labels))
    size = {"height": 32, "width": 32}
    return ViTForImageClassification(config), ViTImageProcessor(size=size)


def siglip(labels: dict[int, str]) -> tuple[Any, Any]:
    from transformers import SiglipConfig, SiglipForImageClassification, SiglipImageProcessor

    config = SiglipConfig(vision_config=SIZES, id2label=labels, num_labels=len(labels))
    size = {"height": 32, "width": 32}
    return SiglipForImageClassification(config), SiglipImageProcessor(size=size)


def installed(model: Any, processor: Any, folder: Path) -> tuple[Pinned, Weights]:
    """A repository of the model, pinned, its files where fetching puts them."""
    repository, weights = folder / "repository", Weights(folder / "weights")
    model.save_pretrained(repository)
    processor.save_pretrained(repository)
    files = []
    for name in ("config.json", "preprocessor_config.json", "model.safetensors"):
        content = (repository / name).read_bytes()
        file = File(name, sha256(content).hexdigest(), len(content))
        weights.where(file).parent.mkdir(parents=True)
        weights.where(file).write_bytes(content)
        files.append(file)
    source = Hub("somebody/tiny", REVISION, tuple(files))
    return Pinned("tiny-detector", source, "Apache-2.0", "none", 1, "Random."), weights


def detector(pinned: Pinned, weights: Weights) -> HubDetector:
    kind = type("Tiny", (HubDetector,), {"card": card(pinned)})
    return kind(weights, Device.CPU)


@pytest.mark.parametrize("make", [vit, siglip])
@pytest.mark.parametrize("labels", [{0: "Fake", 1: "Real"}, {0: "Realism", 1: "Deepfake"}])
def test_which_class_is_made_is_read_from_the_configuration(
    make: Any, labels: dict[int, str], tmp_path: Path
) -> None:
    import torch

    torch.manual_seed(0)
    model, processor = make(labels)
    found = detector(*installed(model, processor, tmp_path)).run(View(PICTURE))
    with torch.inference_mode():
        from PIL import Image

        inputs = processor(images=Image.fromarray(PICTURE.pixels), return_tensors="pt")
        odds = model.eval()(**inputs).logits[0].softmax(0)
    made = next(i for i, word in labels.items() if "ake" in word)
    assert found.readings[0].value == pytest.approx(float(odds[made]), abs=1e-3)
    (finding,) = found.findings
    assert finding.weight is None and finding.claim is Claim.GENERATED
    assert finding.value == ("made or manipulated" if odds[made] > 0.5 else "real")
    assert finding.reliability == "not measured here"


def test_classes_that_name_neither_are_not_guessed(tmp_path: Path) -> None:
    pinned, weights = installed(*vit({0: "LABEL_0", 1: "LABEL_1"}), tmp_path)
    (finding,) = detector(pinned, weights).run(View(PICTURE)).findings
    assert finding.value is None and finding.note == UNKNOWN


def test_a_pinned_detector_becomes_a_model_with_a_card(tmp_path: Path) -> None:
    pinned, _ = installed(*vit({0: "fake", 1: "real"}), tmp_path)
    try:
        assert known(pinned).card.digest and registry.get("tiny-detector").card.task.name
    finally:
        registry._models.pop("tiny-detector", None)
