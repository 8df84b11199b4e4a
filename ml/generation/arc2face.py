"""Arc2Face: faces of the person that an ArcFace embedding stands for, without words."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ml import runtimes
from ml.contracts.generators import Brief, Floats
from ml.generation.conditioning import identity
from ml.generation.diffusion import Diffusion, base, card
from ml.generation.diffusion_pins import ARC2FACE, hub
from ml.registry import register

NAME = "arc2face"
EMBEDDER = "antelopev2"
SENTENCE = "photo of a id person"  # as its networks were taught; "id" gives way to the face
LENGTH = 512  # of an embedding
WORDLESS = "Arc2Face follows no words: the prompt was left out."


@register(
    card(
        NAME,
        "Arc2Face",
        "Papantoniou et al., Arc2Face: A Foundation Model for ID-Consistent Human Faces, ECCV 2024",
        sources=(hub(ARC2FACE),),
        weights_licence="MIT AND CreativeML OpenRAIL-M",
        memory_mb=6000,
        rank=20,
    )
)
class Arc2Face(Diffusion):
    """The embedding takes a word's place in the encoder's input."""

    embedder: ClassVar[str] = EMBEDDER
    wordy: ClassVar[bool] = False
    guided: ClassVar[float] = 3.0

    def _load(self, folder: Path) -> Any:
        from diffusers import UNet2DConditionModel
        from transformers import CLIPTextModel

        dtype = runtimes.precision(self.device)
        own = folder / ARC2FACE
        encoder = CLIPTextModel.from_pretrained(
            own, subfolder="encoder", local_files_only=True, dtype=dtype
        )
        network: Any = UNet2DConditionModel  # whose parts have no types
        unet = network.from_pretrained(
            own,
            subfolder="arc2face",
            local_files_only=True,
            use_safetensors=True,
            low_cpu_mem_usage=False,
            dtype=dtype,
        )
        return base(folder, self.device, text_encoder=encoder, unet=unet)

    def _asked(self, brief: Brief) -> tuple[dict[str, Any], tuple[str, ...]]:
        face = identity(brief, EMBEDDER, self.card.title)
        notes = (WORDLESS,) if brief.prompt else ()
        return {"prompt_embeds": self._told(face), "negative_prompt": ""}, notes

    def _told(self, embedding: Floats) -> Any:
        """1 x tokens x hidden: what the encoder makes of the sentence with the face in it."""
        import torch

        encoder, tokenizer = self._pipe.text_encoder, self._pipe.tokenizer
        length = tokenizer.model_max_length
        tokens = tokenizer(SENTENCE, padding="max_length", max_length=length, return_tensors="pt")
        (word,) = tokenizer("id", add_special_tokens=False)["input_ids"]
        face = torch.zeros(encoder.config.hidden_size)
        face[:LENGTH] = torch.from_numpy(embedding)

        def with_face(module: Any, given: Any, found: Any) -> Any:
            here = (given[0] == word)[..., None]
            return torch.where(here, face.to(found), found)

        hook = encoder.get_input_embeddings().register_forward_hook(with_face)
        try:
            return encoder(tokens["input_ids"].to(encoder.device))[0]
        finally:
            hook.remove()
