"""Diffusion models of a few thousand weights, random, saved in the layout they are published in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from typing import Any, TypeVar

import torch

from ml.generation.arc2face import Arc2Face
from ml.generation.diffusion import Diffusion
from ml.generation.diffusion_pins import ARC2FACE, BASE, NAMES
from ml.registry import Device, Model
from ml.weights import Weights
from ml.weights.pinning import pinned
from tests.ml.generation import tiny_adapters, tiny_fast, tiny_xl
from tests.ml.generation.tiny_parts import (
    autoencoder,
    spelled_out,
    text_encoder,
    tokenizer,
    unet,
)


def stable_diffusion(folder: Path) -> None:
    from diffusers import PNDMScheduler, StableDiffusionPipeline

    words = tokenizer()
    StableDiffusionPipeline(
        vae=autoencoder(),
        text_encoder=text_encoder(words),
        tokenizer=words,
        unet=unet(),
        scheduler=PNDMScheduler(beta_schedule="scaled_linear", skip_prk_steps=True, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    spelled_out(folder / "tokenizer", words)


def arc2face(folder: Path) -> type[Diffusion]:
    """Its encoder is a pickle, its names with the prefix that they were published with."""
    own = folder / ARC2FACE
    unet().save_pretrained(own / "arc2face")
    encoder = text_encoder(tokenizer())
    encoder.config.save_pretrained(own / "encoder")
    named = {
        name if name.startswith("text_model.") else f"text_model.{name}": value
        for name, value in encoder.state_dict().items()
    }
    torch.save(named, own / "encoder" / "pytorch_model.bin")
    return Arc2Face


M = TypeVar("M", bound=Model)
FAMILIES: dict[str, Callable[[Path], type[Diffusion]]] = {
    "plus-face": tiny_adapters.plus_face,
    "faceid": tiny_adapters.face_id,
    "faceid-plus": tiny_adapters.face_id_plus,
    "arc2face": arc2face,
    "instant-id": tiny_xl.instant_id,
}


def loaded(family: str, folder: Path) -> Diffusion:
    """The tiny model, loaded by its back end, and the parts that help it installed beside it."""
    torch.manual_seed(0)
    hub, weights = folder / "hub", Weights(folder / "weights")
    stable_diffusion(hub / BASE)
    kind = FAMILIES[family](hub)
    parts: dict[str, Any] = {}
    if kind.control is not None:
        parts["control"] = installed(tiny_fast.landmark_control(hub), hub, weights)
    if kind.quick is not None:
        parts["quick"] = installed(tiny_fast.fast_mode(hub), hub, weights)
    tiny = installed(kind, hub, weights, **parts)
    engine = tiny(weights, Device.CPU)
    torch.set_num_threads(1)  # so little work takes longer when it is shared
    return engine


def installed(kind: type[M], hub: Path, weights: Weights, **more: Any) -> type[M]:
    """A model whose files lie where fetching puts them: of what was saved, those alone that a
    release pins."""
    sources = []
    for source in kind.card.weights:
        repo = hub / source.label
        sources.append(pinned(source.label, "0" * 40, repo, NAMES[source.label]))
        for file in sources[-1].files:
            weights.where(file).parent.mkdir(parents=True, exist_ok=True)
            copyfile(repo / file.name, weights.where(file))
    return type("Tiny", (kind,), {"card": replace(kind.card, weights=tuple(sources)), **more})
