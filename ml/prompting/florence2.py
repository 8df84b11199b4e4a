"""Florence-2: an encoder and decoder that finds things, reads text and answers short questions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ml.prompting.prompted import Pixels
from ml.prompting.vision_language import VisionLanguage, _sum_of, card
from ml.registry import register
from ml.types import Box

GROUNDING = "<CAPTION_TO_PHRASE_GROUNDING>"
GRID = 1000
PLACE = re.compile(r"<loc_(\d+)>" * 4)


@register(
    card(
        "florence-2-base",
        "Florence-2 base",
        "florence-community/Florence-2-base-ft",
        "MIT",
        "Xiao et al., Florence-2: advancing a unified representation for a variety of vision tasks "
        "(CVPR 2024)",
        rank=5,
        memory_mb=1800,
    )
)
class Florence2(VisionLanguage):
    """The fine-tuned one, which was taught questions too; it has words of its own for places."""

    brief = True

    def _inputs(self, picture: Any, prompt: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._processor(text=prompt, images=picture, return_tensors="pt")
        return found

    def _before(self, inputs: Mapping[str, Any]) -> int:
        return 1  # the decoder's start

    def _means(self, inputs: Mapping[str, Any], words: Sequence[list[int]]) -> list[float]:
        """The picture and the prompt are encoded once; the decoder begins each word anew, after
        the two tokens that it was taught to begin every answer with."""
        import torch
        from transformers.modeling_outputs import BaseModelOutput

        config = self._model.config.text_config
        start = (config.decoder_start_token_id, config.bos_token_id)
        seen = None
        found = []
        for tokens in words:
            begun = torch.tensor([[*start, *tokens[:-1]]], device=self._model.device)
            given = dict(inputs) if seen is None else {"encoder_outputs": seen}
            read = self._model(**given, decoder_input_ids=begun)
            seen = BaseModelOutput(read.encoder_last_hidden_state)
            found.append(_sum_of(read.logits[0, 1:], tokens) / len(tokens))
        return found

    def boxes(self, pixels: Pixels, phrase: str) -> list[Box]:
        """Where the phrase is, as the model grounds it."""
        height, width = pixels.shape[:2]
        return places(self._continued(pixels, phrase, GROUNDING), width, height)


def places(text: str, width: int, height: int) -> list[Box]:
    """Boxes out of groups of four words: left, top, right, bottom, each the middle of a 1000th of
    the picture."""
    found = ([(int(word) + 0.5) / GRID for word in group] for group in PLACE.findall(text))
    boxes = [Box(a * width, b * height, c * width, d * height) for a, b, c, d in found]
    return [box for box in boxes if box.area > 0]
