"""GeoCLIP's real head, with a tiny random tower in CLIP's place."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from ml.contracts import View
from ml.geolocation.cells import earth
from ml.geolocation.geoclip_head import GALLERY, SOURCE, GeoclipHead, projected
from ml.geolocation.look_geoclip import Geoclip, Pinned, Streetclip, by_cell, card
from ml.registry import Commercial, Device
from ml.types import Picture
from ml.weights import File, Hub, Weights
from ml.weights.fetching import fetch

PICTURE = Picture(np.random.default_rng(1).integers(0, 256, (40, 60, 3), np.uint8))
PLACES = np.array([[48.86, 2.35], [48.87, 2.36], [35.68, 139.69], [-33.87, 151.21], [40.7, -74.0]])
TOWER = {
    "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
    "image_size": 32, "patch_size": 16,
}  # fmt: skip
pytestmark = pytest.mark.long


@pytest.fixture
def weights(weights_folder: Path, tmp_path: Path) -> Weights:
    """The real head, fetched once, and a gallery of five places."""
    real = Weights(weights_folder)
    fetch(real, [SOURCE])
    here = Weights(tmp_path / "weights")
    for file in SOURCE.files:
        here.where(file).parent.mkdir(parents=True)
        here.where(file).symlink_to(real.path(file).resolve())
    here.where(GALLERY).unlink()
    lines = ["LAT,LON", *(f"{latitude},{longitude}" for latitude, longitude in PLACES)]
    here.where(GALLERY).write_text("\n".join(lines))
    return here


def pinned(kind: type[Geoclip] | type[Streetclip], folder: Path, weights: Weights) -> Pinned:
    """A repository that was saved to a folder, as a release would pin it."""
    files = []
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        file = File(path.name, sha256(content).hexdigest(), len(content))
        weights.where(file).parent.mkdir(parents=True, exist_ok=True)
        weights.where(file).write_bytes(content)
        files.append(file)
    source = Hub("somebody/tiny", "0" * 40, tuple(files))
    return Pinned("tiny-look", source, kind, "MIT", Commercial.YES, "none", 1)


def test_the_projection_is_equal_earths() -> None:
    """Savric et al.: the equator's end lies at 2.70663 of the radius, the pole at 1.31737."""
    ends = projected(np.array([[0.0, 180.0], [90.0, 0.0]])) * 180 / 66.50336
    assert ends[0] == pytest.approx([2.70663, 0], abs=1e-4)
    assert ends[1] == pytest.approx([0, 1.31737], abs=1e-4)


def test_near_places_have_near_vectors(weights: Weights) -> None:
    alike = GeoclipHead(weights).places(PLACES)
    alike = alike @ alike.T
    assert np.diag(alike) == pytest.approx(1, abs=1e-5)
    assert alike[0, 1] > 0.9 > alike[0, 2]


def test_the_gallery_is_encoded_once(weights: Weights) -> None:
    head = GeoclipHead(weights)
    degrees, first = head.gallery()
    (kept,) = weights.folder.glob("geoclip-gallery-*.npy")
    written = kept.stat().st_mtime_ns
    again = head.gallery()[1]
    assert kept.stat().st_mtime_ns == written and (first == again).all()
    assert degrees == pytest.approx(PLACES) and first.shape == (5, 512)


def test_a_picture_becomes_a_likelihood_over_cells(weights: Weights, tmp_path: Path) -> None:
    import torch
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(0)
    repository = tmp_path / "repository"
    config = CLIPVisionConfig(**TOWER, projection_dim=768)
    CLIPVisionModelWithProjection(config).save_pretrained(repository)
    size = {"height": 32, "width": 32}
    CLIPImageProcessor(size=size, crop_size=size).save_pretrained(repository)
    one = pinned(Geoclip, repository, weights)
    model = type("Tiny", (Geoclip,), {"card": card(one)})(weights, Device.CPU)
    (clue,) = model.run(View(PICTURE)).data.clues
    assert clue.over_cells().sum() == pytest.approx(1)
    assert (clue.likelihood(earth().places) > clue.floor + 1e-6).sum() == 4  # two are in one cell


def test_a_cell_is_as_likely_as_the_mean_of_its_places() -> None:
    found = by_cell(np.array([0.2, 0.4, 0.4]), np.array([7, 7, 9]))
    assert found[7] == pytest.approx(0.3) and found[9] == pytest.approx(0.4)
    assert found.sum() == pytest.approx(0.7)


def test_streetclip_points_at_countries(weights: Weights, tmp_path: Path) -> None:
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    repository = tmp_path / "repository"
    letters = {letter: number for number, letter in enumerate(["<end>", *map(chr, range(33, 500))])}
    spelt = Tokenizer(models.BPE(vocab=letters, merges=[]))
    spelt.pre_tokenizer = pre_tokenizers.ByteLevel()
    words = {"vocab_size": len(letters), "hidden_size": 16, "intermediate_size": 16,
             "num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": 128,
             "bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 0}  # fmt: skip
    CLIPModel(CLIPConfig(text_config=words, vision_config=TOWER, projection_dim=8)).save_pretrained(
        repository
    )
    size = {"height": 32, "width": 32}
    CLIPImageProcessor(size=size, crop_size=size).save_pretrained(repository)
    PreTrainedTokenizerFast(
        tokenizer_object=spelt, pad_token="<end>", eos_token="<end>"
    ).save_pretrained(repository)
    one = pinned(Streetclip, repository, weights)
    model = type("TinyStreet", (Streetclip,), {"card": card(one)})(weights, Device.CPU)
    (clue,) = model.run(View(PICTURE)).data.clues
    shares = [point.share for point in clue.points]
    assert clue.points and max(shares) == 1 and min(shares) > 0
