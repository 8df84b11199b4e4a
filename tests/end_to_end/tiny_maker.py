"""An installation with a tiny, random maker of pictures that is pinned like a published one."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

import torch

from ml.generation.diffusion_pins import (
    BASE,
    IP_ADAPTER,
    LCM_LORA,
    MEDIAPIPE_FACE,
    NAMES,
    TAESD,
)
from ml.weights import Hub, Weights
from ml.weights.pinning import pinned
from tests.end_to_end.rigging import code_tree
from tests.ml.generation.tiny_adapters import plus_face
from tests.ml.generation.tiny_diffusion import stable_diffusion
from tests.ml.generation.tiny_fast import fast_mode, landmark_control

NO_PINS = "PINS: Mapping[str, Hub] = {}"


def stocked_tree(folder: Path, real: Path) -> tuple[Path, Path]:
    """A copy of the code whose release pins the tiny models, and a folder with their weights and
    the real ones."""
    weights = folder / "weights"
    weights.mkdir()
    for entry in real.iterdir():
        (weights / entry.name).symlink_to(entry)
    pins = {one.repo: one for one in made(folder / "hub", Weights(weights))}
    tree = folder / "tree"
    tree.mkdir()
    code_tree(tree)
    path = tree / "ml" / "generation" / "diffusion_pins.py"
    told = path.read_text().replace("import Hub", "import File, Hub")
    assert NO_PINS in told
    path.write_text(told.replace(NO_PINS, f"PINS: Mapping[str, Hub] = {pins!r}"))
    return tree, weights


def made(hub: Path, weights: Weights) -> list[Hub]:
    """The tiny models as they are published, and installed."""
    torch.manual_seed(0)
    stable_diffusion(hub / BASE)
    for make in (plus_face, fast_mode, landmark_control):
        make(hub)
    found = []
    for repo in (BASE, IP_ADAPTER, LCM_LORA, TAESD, MEDIAPIPE_FACE):
        found.append(pinned(repo, "0" * 40, hub / repo, NAMES[repo]))
        for file in found[-1].files:
            weights.where(file).parent.mkdir(parents=True, exist_ok=True)
            copyfile(hub / repo / file.name, weights.where(file))
    return found
