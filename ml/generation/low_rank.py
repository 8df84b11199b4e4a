"""LoRA: small matrices beside a network's own, worn as strongly as wanted and taken off to the bit.

Source: Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, 2021. diffusers wears them by
peft, which brings accelerate; neither is needed for anything else here. Adding them into the
weights would leave rounding behind when they are taken off. So each matrix stands beside the layer
that it changes, and a hook adds what it gives: networks and files stay as they are published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ml.errors import MLError

ALIEN = "These learnt changes were made for another kind of network: it has no layer {}."
PREFIX = "lora_unet_"  # of the layout that most files are published in


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """down: rank x in (x k x k), up: out x rank (x 1 x 1), tensors. scale: what they are multiplied
    by when worn fully."""

    down: Any
    up: Any
    scale: float = 1.0


class Worn:
    """Changes attached to a network. strength: 0 leaves it as it was, 1 is as they were learnt."""

    def __init__(self, network: Any, pairs: Mapping[str, Pair], name: str) -> None:
        """network: a torch module. pairs: its layers' names -> what changes each. name: a word, one
        for each set of changes that a network wears.

        Raises:
            MLError: the network has no such layer.
        """
        self.strength = 0.0
        self.layers: dict[str, Any] = {}
        self._ways_back: list[Callable[[], None]] = []
        layers = dict(network.named_modules())
        for path, pair in pairs.items():
            if path not in layers:
                raise MLError(ALIEN.format(path[:80]))
            self.layers[path] = self._beside(layers[path], pair, name)

    def _beside(self, layer: Any, pair: Pair, name: str) -> Any:
        """The two matrices as a child of the layer, so that they go wherever it goes."""
        both = made(layer, pair).to(layer.weight.device, layer.weight.dtype)
        layer.add_module(f"low_rank_{name}", both)

        def add(module: Any, given: Any, found: Any) -> Any:
            return found + self.strength * pair.scale * both(given[0]) if self.strength else found

        hook = layer.register_forward_hook(add)
        self._ways_back += [hook.remove, lambda: delattr(layer, f"low_rank_{name}")]
        return both

    def take_off(self) -> None:
        """Leave nothing of it beside the network."""
        for undo in self._ways_back:
            undo()
        self._ways_back.clear()


def made(layer: Any, pair: Pair) -> Any:
    """down, then up, as layers of the kind that theirs is."""
    from torch import nn

    rank, wide, high = len(pair.down), pair.down.shape[1], len(pair.up)
    if isinstance(layer, nn.Conv2d):
        size: Any = {name: getattr(layer, name) for name in ("kernel_size", "stride", "padding")}
        first: Any = nn.Conv2d(wide, rank, bias=False, **size)
        second: Any = nn.Conv2d(rank, high, 1, bias=False)
    else:
        first = nn.Linear(wide, rank, bias=False)
        second = nn.Linear(rank, high, bias=False)
    first.weight.data = pair.down.reshape(first.weight.shape)
    second.weight.data = pair.up.reshape(second.weight.shape)
    return nn.Sequential(first, second).requires_grad_(False)


def published(network: Any, tensors: Mapping[str, Any]) -> dict[str, Pair]:
    """Pairs by the network's names, of a file that names a layer "lora_unet_" and its path with "_"
    for dots, then ".lora_down.weight", ".lora_up.weight" and ".alpha".

    Raises:
        MLError: the network has no such layer.
    """
    names = {PREFIX + path.replace(".", "_"): path for path, _ in network.named_modules()}
    found: dict[str, Pair] = {}
    for key in sorted({name.partition(".")[0] for name in tensors}):
        if key not in names:
            raise MLError(ALIEN.format(key[:80]))
        down, up = tensors[f"{key}.lora_down.weight"], tensors[f"{key}.lora_up.weight"]
        alpha = tensors.get(f"{key}.alpha")
        found[names[key]] = Pair(down, up, 1.0 if alpha is None else float(alpha) / len(down))
    return found


def of_face_id(network: Any, tensors: Mapping[str, Any]) -> dict[str, Pair]:
    """Pairs by the network's names, of an IP-Adapter FaceID file: attention blocks are numbered in
    their order, and "0.to_q_lora.down.weight" belongs to the first one's queries."""
    return dict(_of_blocks(network, tensors))


def _of_blocks(network: Any, tensors: Mapping[str, Any]) -> Iterator[tuple[str, Pair]]:
    for n, name in enumerate(network.attn_processors):
        block = name.removesuffix(".processor")
        for part, layer in {"q": "to_q", "k": "to_k", "v": "to_v", "out": "to_out.0"}.items():
            key = f"{n}.to_{part}_lora"
            if f"{key}.down.weight" in tensors:
                pair = Pair(tensors[f"{key}.down.weight"], tensors[f"{key}.up.weight"])
                yield f"{block}.{layer}", pair
