"""Camera files by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ml.errors import MLError
from ml.shape.bundle import seen
from ml.shape.cameras import read

COLMAP = """# Camera list with one line of data per camera:
1 PINHOLE 640 480 500 400 320 240
# Image list
7 1 0 0 0 0 0 10 1 front view.jpg

8 0.7071067811865476 0 0.7071067811865476 0 0 0 10 1 side.jpg
12.0 13.0 -1
"""


def test_reads_what_colmap_writes() -> None:
    found = read(COLMAP)
    assert set(found) == {"front view.jpg", "side.jpg"}
    point = np.array([(1.0, 2.0, 0.0)])
    # 500 x 1 / 10 + 320, 400 x 2 / 10 + 240, each half a pixel less.
    assert seen(found["front view.jpg"], point)[0] == pytest.approx((369.5, 319.5))
    # A quarter turn around y takes x to -z: (1, 2, 0) is seen from (0, 2, 9).
    assert seen(found["side.jpg"], point)[0] == pytest.approx((319.5, 239.5 + 400 * 2 / 9))


def test_reads_json() -> None:
    one = {"name": "a.jpg", "K": [[2, 0, 5], [0, 2, 6], [0, 0, 1]], "R": np.eye(3).tolist()}
    found = read(json.dumps({"cameras": [one | {"t": [0, 0, 4]}]}))
    assert seen(found["a.jpg"], np.array([(2.0, 4.0, 0.0)]))[0] == pytest.approx((6, 8))


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"cameras": [{"name": "a"}]}',
        '{"cameras": [{"name": "a", "K": [[0]], "R": [[0]], "t": [0]}]}',
        COLMAP.replace("PINHOLE 640", "OPENCV 640"),
        COLMAP.replace("10 1 side", "10 3 side"),
    ],
)
def test_says_what_it_cannot_read(text: str) -> None:
    with pytest.raises(MLError, match="camera"):
        read(text)
