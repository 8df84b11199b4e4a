"""Language models that see, of the hub: loading them, scoring words, and writing.

Words are scored by their mean log-probability a token after the prompt: deterministic, and a
distribution instead of a word. Publishers' files are taken at a pinned revision, each with its
digest. None of those could be read where this was written, and none is guessed: PINS is where a
release adds them (`python -m ml.weights.pinning` prints what belongs there).
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from ml import runtimes
from ml.contracts import DETECTION, PROMPTING, Asked
from ml.errors import OutOfMemory
from ml.prompting.pins import PINS
from ml.prompting.prompted import Pixels, PromptedEngine
from ml.registry import Commercial, Device, ModelCard
from ml.types import JSON, Box
from ml.weights import Hub, Weights

NEW_TOKENS = 96  # of a short text, or of some boxes
TAG = re.compile(r"<[^<>]*>")
UNTRIED = (
    "Not measured: never run with real weights where it was written; run manage.py models "
    "selfcheck {}. Language models make things up, and their odds are not calibrated."
)


def card(name: str, title: str, repo: str, licence: str, paper: str, **more: Any) -> ModelCard:
    """A card of a model of the hub, its files as pinned."""
    given: dict[str, Any] = {"commercial_use": Commercial.YES, "memory_mb": 1500} | more
    return ModelCard(
        name=name,
        title=title,
        task=PROMPTING,
        weights=PINS.get(name, (Hub(repo, "", ()),)),
        code_licence="Apache-2.0",
        weights_licence=licence,
        paper=paper,
        known_limits=UNTRIED.format(name),
        devices=(Device.CPU, Device.CUDA),
        needs=(DETECTION,),
        **given,
    )


class VisionLanguage(PromptedEngine):
    """A decoder that continues a prompt with a picture in it."""

    lead = ""  # what stands between the prompt and an answer
    _model: Any
    _tokenizer: Any
    _processor: Any
    task = ""  # what stands before every prompt
    brief = False

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        import torch

        torch.set_num_threads(runtimes.threads())
        self._lock = Lock()  # some keep what they saw between two calls
        with TemporaryDirectory() as folder:
            weights.lay_out(self.card.weights, Path(folder))
            self._load(folder)
        self._model = self._model.eval().to(device.value)
        self._special = [*self._tokenizer.all_special_tokens, *self._tokenizer.get_added_vocab()]

    def _load(self, folder: str) -> None:
        """Sets _model, _tokenizer and _processor."""
        from transformers import AutoModelForImageTextToText, AutoProcessor

        reader: Any = AutoProcessor  # whose parts have no types
        self._processor = reader.from_pretrained(folder, local_files_only=True)
        self._tokenizer = self._processor.tokenizer
        self._model = AutoModelForImageTextToText.from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=True,
            dtype=runtimes.precision(self.device),
        )

    @abstractmethod
    def _inputs(self, picture: Any, prompt: str) -> Mapping[str, Any]:
        """Tensors of a prompt about a picture (of Pillow), as the model was taught to read it."""

    def speaker(self, asked: Asked) -> VisionLanguage:
        return self

    def odds(self, pixels: Pixels, prompt: str, words: Sequence[str]) -> Mapping[str, float]:
        """Softmax over the words' mean log-probabilities."""
        import torch

        scores = self.log_probabilities(pixels, prompt, words)
        return dict(zip(words, torch.tensor(scores).softmax(0).tolist(), strict=True))

    def log_probabilities(self, pixels: Pixels, prompt: str, words: Sequence[str]) -> list[float]:
        """Of each word the mean natural log-probability of its tokens, after the prompt."""
        with self._working():
            inputs = self._prepared(pixels, prompt)
            return self._means(inputs, [self._tokens(word) for word in words])

    def text(self, pixels: Pixels, prompt: str, schema: JSON) -> str:
        """The likeliest continuation."""
        return self._continued(pixels, prompt, self.task, places=False).strip()

    def _continued(self, pixels: Pixels, prompt: str, task: str, *, places: bool = True) -> str:
        """What it writes after a task of its own. places: its words for them stay."""
        with self._working():
            inputs = self._prepared(pixels, prompt, task)
            made = self._model.generate(**inputs, max_new_tokens=NEW_TOKENS, do_sample=False)
        new = made[0][self._before(inputs) :]
        return str(self._tokenizer.decode(new, skip_special_tokens=not places))

    def boxes(self, pixels: Pixels, phrase: str) -> list[Box] | None:
        return None

    def _means(self, inputs: Mapping[str, Any], words: Sequence[list[int]]) -> list[float]:
        """The prompt is read once; each word goes on from there."""
        import torch

        read = self._model(**inputs, use_cache=True)
        first = read.logits[0, -1].float().log_softmax(-1)
        found = []
        for tokens in words:
            total = float(first[tokens[0]])
            if len(tokens) > 1:
                more = torch.tensor([tokens[:-1]], device=self._model.device)
                cache = deepcopy(read.past_key_values)
                logits = self._model(input_ids=more, past_key_values=cache, use_cache=True).logits
                total += _sum_of(logits[0], tokens[1:])
            found.append(total / len(tokens))
        return found

    def _prepared(self, pixels: Pixels, prompt: str, task: str | None = None) -> dict[str, Any]:
        """task: words of the model's own that stand before the prompt, other than usual."""
        from PIL import Image

        before = self.task if task is None else task
        inputs = self._inputs(Image.fromarray(pixels), before + self.plain(prompt))
        moved = {name: tensor.to(self._model.device) for name, tensor in inputs.items()}
        return moved | {"pixel_values": moved["pixel_values"].to(self._model.dtype)}

    def plain(self, prompt: str) -> str:
        """The prompt without words that mean something else to the model: nobody but the engine
        says where a picture stands or who speaks."""
        for token in self._special:
            prompt = prompt.replace(token, " ")
        return TAG.sub(" ", prompt)

    def _tokens(self, word: str) -> list[int]:
        found: list[int] = self._tokenizer(self.lead + word, add_special_tokens=False)["input_ids"]
        return found

    def _before(self, inputs: Mapping[str, Any]) -> int:
        """How many of the tokens that are made are the prompt."""
        return int(inputs["input_ids"].shape[1])

    @contextmanager
    def _working(self) -> Iterator[None]:
        import torch

        try:
            with self._lock, torch.inference_mode():
                yield
        except torch.OutOfMemoryError as error:
            raise OutOfMemory("The device has no room for this language model.") from error


def _sum_of(logits: Any, tokens: Sequence[int]) -> float:
    """The log-probabilities of the tokens, row by row."""
    odds = logits.float().log_softmax(-1)
    return float(sum(odds[row, token] for row, token in enumerate(tokens)))
