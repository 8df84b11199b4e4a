"""dlib's network is read whole from its file, and both our copies of it agree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ml import alignment, decode
from ml.analysis.pipeline import analyse_picture
from ml.errors import WeightsWrong
from ml.pipelines import Context
from ml.pool import Pool
from ml.recognition import dlib_weights, embedding_dlib
from ml.recognition.dlib_network import DlibNetwork
from ml.recognition.dlib_weights import DlibWeights
from ml.registry import Device
from ml.types import Picture, Report
from ml.weights import Weights

Analyse = Callable[[Picture], Report]
MODELS = ("centerface", "mediapipe-mesh", "dlib-resnet")


@pytest.fixture(scope="module")
def file(weights_folder: Path) -> Path:
    return Weights(weights_folder).path(embedding_dlib.WEIGHTS)


@pytest.fixture(scope="module")
def net(file: Path) -> DlibWeights:
    return dlib_weights.read(file)


@pytest.fixture(scope="module")
def analyse(weights_folder: Path) -> Analyse:
    pool = Pool(Weights(weights_folder))
    return lambda picture: analyse_picture(picture, MODELS, Context(pool))


@pytest.fixture
def chips() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, 150, 150, 3), dtype=np.uint8)


def test_reads_every_layer(net: DlibWeights, file: Path) -> None:
    assert [len(stage.weight) for stage in net.stages] == (
        [32] + [32] * 6 + [64] * 8 + [128] * 6 + [256] * 8
    )
    assert sum(first.stride == 2 for first, _ in net.blocks) == 4
    assert net.projection.shape == (256, 128)
    numbers = net.projection.size + sum(
        stage.weight.size + stage.bias.size + stage.gain.size + stage.shift.size
        for stage in net.stages
    )
    assert 0 <= file.stat().st_size - 4 * numbers < 10_000  # nothing large was left unread


def test_refuses_another_file(tmp_path: Path, file: Path) -> None:
    for name, data in (("empty", b""), ("half", file.read_bytes()[:9_000_000])):
        other = tmp_path / name
        other.write_bytes(data)
        with pytest.raises(WeightsWrong, match=name):
            dlib_weights.read(other)


def test_graph_and_torch_network_agree(
    net: DlibWeights, chips: np.ndarray, weights_folder: Path
) -> None:
    import torch

    model = embedding_dlib.DlibEmbedding(Weights(weights_folder), Device.CPU)
    x = alignment.normalised(chips)
    graph = model.embedded(chips)
    flipped = torch.from_numpy(np.ascontiguousarray(x[..., ::-1]))
    network = DlibNetwork(net)
    torch_sum = network(torch.from_numpy(x)) + network(flipped)
    assert np.abs(graph - torch.nn.functional.normalize(torch_sum).numpy()).max() < 1e-5


def test_gradients_flow_to_the_photo(net: DlibWeights, chips: np.ndarray) -> None:
    import torch

    x = torch.from_numpy(alignment.normalised(chips)).requires_grad_()
    DlibNetwork(net)(x).square().sum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None and x.grad.abs().sum() > 0


def test_a_ghost_is_much_like_the_network_and_another_each_time(
    net: DlibWeights, chips: np.ndarray
) -> None:
    import torch

    torch.manual_seed(0)
    x, network = torch.from_numpy(alignment.normalised(chips)), DlibNetwork(net)
    unit = torch.nn.functional.normalize
    true, first, second = (unit(network(x, ghosts)) for ghosts in (0.0, 0.25, 0.25))
    assert 0 < float((first - second).norm(dim=1).max()) < 0.6
    assert 0 < float((first - true).norm(dim=1).max()) < 0.6


def test_a_face_stays_itself_when_mirrored_dimmed_or_smaller(
    astronaut: Path, analyse: Analyse
) -> None:
    pixels = decode.picture(astronaut).pixels
    (face,) = analyse(Picture(pixels)).embeddings
    for other in (pixels[:, ::-1], pixels // 2, pixels[::3, ::3]):
        (changed,) = analyse(Picture(np.ascontiguousarray(other))).embeddings
        assert face.distance(changed) < 0.3


def test_tells_people_apart(shared: Path, analyse: Analyse) -> None:
    photo = decode.picture(shared / "photos" / "faces" / "four-at-a-table.jpg")
    ran = analyse(photo)
    clear = [e for e in ran.embeddings if ran.faces[e.face].box.width > 200]
    assert len(clear) == 4
    for index, one in enumerate(clear):
        assert all(one.distance(other) > 0.38 for other in clear[index + 1 :])


def test_a_batch_gives_what_each_face_gives_alone(chips: np.ndarray, weights_folder: Path) -> None:
    model = embedding_dlib.DlibEmbedding(Weights(weights_folder), Device.CPU)
    together = model.embedded(chips)
    alone = np.concatenate([model.embedded(chips[i : i + 1]) for i in range(len(chips))])
    assert np.abs(together - alone).max() < 1e-5
