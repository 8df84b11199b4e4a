"""PP-OCRv5's recognisers of single scripts, here of a few weights: used where they are there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ml import registry
from ml.contracts import TEXT, WRITING, Line, Output, Texts, View, Writings
from ml.geolocation.location_ledger import gaps
from ml.geolocation.recogniser import TALL, Recogniser
from ml.geolocation.script_network import SCRIPTS
from ml.geolocation.script_readers import ENGINE, PINNED, installed
from ml.geolocation.writing_ppocr import NAME, WEIGHTS
from ml.pool import Pool
from ml.types import Picture
from ml.weights import Weights
from tests.ml.geolocation.test_writing import HEBREW, SIDES, drawn

registry.discover()
CYRILLIC = next(one for one in PINNED if one.language == "cyrillic")
RUSSIAN = "Свежий хлеб"


def tiny(path: Path) -> None:
    """Reads ж where a column is light, and nothing where it is dark."""
    scores = np.array([[-9.0, 9.0]], np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["x", "axes"], ["level"], keepdims=0),
            helper.make_node("Unsqueeze", ["level", "last"], ["column"]),
            helper.make_node("MatMul", ["column", "scores"], ["logits"]),
            helper.make_node("Softmax", ["logits"], ["odds"], axis=-1),
        ],
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, TALL, "width"])],
        [helper.make_tensor_value_info("odds", TensorProto.FLOAT, [1, "width", 2])],
        [
            numpy_helper.from_array(np.array([1, 2]), "axes"),
            numpy_helper.from_array(np.array([-1]), "last"),
            numpy_helper.from_array(scores, "scores"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(model, {"character": "ж"})
    path.parent.mkdir(parents=True)
    onnx.save(model, path)


@pytest.fixture
def weights(weights_folder: Path, tmp_path: Path) -> Weights:
    """A folder with the embedded reader, and a Cyrillic one beside it."""
    here = Weights(tmp_path / "weights")
    there = Weights(weights_folder).path(WEIGHTS)
    here.where(WEIGHTS).parent.mkdir(parents=True)
    here.where(WEIGHTS).symlink_to(there)
    tiny(here.where(CYRILLIC.file))
    return here


def view(text: str) -> View:
    return View(drawn(text), outputs={TEXT: Output(data=Texts((SIDES,)))})


def test_light_columns_are_read_as_they_were_taught(weights: Weights) -> None:
    crop = np.zeros((TALL, 60, 3), np.uint8)
    crop[:, 10:20] = crop[:, 40:50] = 255
    text, score = Recogniser(weights.where(CYRILLIC.file))(crop)
    assert text == "жж" and score > 0.99


def test_a_script_is_read_by_the_reader_that_is_there(weights: Weights) -> None:
    writings = Pool(weights).run(NAME, view(RUSSIAN)).data
    (line,) = writings.lines
    assert line.script == "cyrillic" and line.engine == ENGINE and set(line.text) == {"ж"}
    assert writings.engines["cyrillic"] == ENGINE and set(writings.engines) <= set(SCRIPTS)
    assert writings.engines["latin"] == "PP-OCR" and not list(gaps(writings))


def test_other_scripts_stay_unread_and_the_ledger_says_so(
    weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml.geolocation.tesseract.installed", lambda: frozenset())
    writings = Pool(weights).run(NAME, view(HEBREW)).data
    assert not writings.lines[0].text
    assert list(gaps(writings)) == ["Hebrew writing was seen that nothing installed here can read."]


def test_each_reader_is_a_card_of_its_own(weights: Weights) -> None:
    assert {one.language for one in PINNED} >= {"cyrillic", "el", "arabic", "devanagari", "th"}
    assert len({one.sha256 for one in PINNED}) == len(PINNED)
    assert all(script in SCRIPTS for one in PINNED for script in one.scripts)
    assert installed(weights) == {"cyrillic": CYRILLIC.file}
    light = Picture(np.full((60, 200, 3), 255, np.uint8))
    corners = ((0.0, 0.0), (200.0, 0.0), (200.0, 60.0), (0.0, 60.0))
    lines = tuple(Line(corners, "", 0.0, script, 0.9) for script in ("cyrillic", "thai"))
    seen = View(light, outputs={WRITING: Output(data=Writings(lines, {}))})
    (reading,) = Pool(weights).run(CYRILLIC.name, seen).readings
    assert (reading.model, reading.value) == (CYRILLIC.name, "ж")
