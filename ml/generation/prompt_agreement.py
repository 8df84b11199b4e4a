"""How well pictures agree with words, by CLIP: for putting the best of several first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ml import runtimes
from ml.contracts import GENERATION_PART
from ml.contracts.generators import Agreement, Floats, Pixels
from ml.generation.diffusion_pins import CLIP, hub
from ml.generation.parts import Part
from ml.registry import Commercial, Device, ModelCard, register
from ml.weights import Weights

NAME = "prompt-agreement"


@register(
    ModelCard(
        name=NAME,
        title="Agreement with words, by CLIP",
        task=GENERATION_PART,
        weights=(hub(CLIP),),
        code_licence="MIT",
        weights_licence="MIT",
        commercial_use=Commercial.YES,
        memory_mb=1800,
        paper=(
            "Hessel et al., CLIPScore: A Reference-free Evaluation Metric for Image Captioning, "
            "EMNLP 2021, by Radford et al., CLIP, 2021"
        ),
        known_limits=(
            "Not measured: never run with real weights where it was written. It counts words more "
            "than how they belong together, and makers that CLIP conditions please it more."
        ),
        devices=(Device.CPU, Device.CUDA),
    )
)
class PromptAgreement(Part, Agreement):
    """Cosines of pictures and words."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        from transformers import CLIPImageProcessor, CLIPModel, CLIPTokenizer

        kind: Any = CLIPModel  # whose parts have no types
        with self.laid_out() as folder:
            self._words = CLIPTokenizer.from_pretrained(folder / CLIP, local_files_only=True)
            self._prepare = CLIPImageProcessor.from_pretrained(folder / CLIP, local_files_only=True)
            self._network = kind.from_pretrained(
                folder / CLIP, local_files_only=True, dtype=runtimes.precision(device)
            ).to(device.value)

    def agreement(self, pictures: Sequence[Pixels], prompt: str) -> Floats:
        import torch

        network = self._network
        words = self._words(prompt, truncation=True, return_tensors="pt").to(network.device)
        seen = self._prepare(images=list(pictures), return_tensors="pt")["pixel_values"]
        with torch.inference_mode():
            said = network.get_text_features(**words).pooler_output
            shown = network.get_image_features(
                pixel_values=seen.to(network.device, network.dtype)
            ).pooler_output
        cosines = torch.nn.functional.cosine_similarity(shown.float(), said.float())
        return np.asarray(cosines.cpu().numpy(), np.float32)
