"""Recorded motion moves a portrait, and what is wrong in its file is named by line and column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.contracts.portraits import Drawing, Floats, Portrayer, Wish
from ml.errors import Cancelled, MLError
from ml.generation.animation import MOST_SIDE, animated, moments, values
from ml.generation.backgrounds import Background
from ml.generation.motion import BadMotion, Frame, Motion, read

SIDE = 64


class Screen(Portrayer):
    """A grey square that is as bright as the jaw is open; remembers what was asked."""

    def __init__(self, side: int = SIDE) -> None:
        self.pixels = np.zeros((side, side, 3), np.float32)
        self.alpha = np.ones((side, side), np.float32)
        self.mesh, self.unit = np.zeros((468, 3)), 20.0
        self.asked: list[Wish] = []

    @property
    def behind(self) -> Floats:
        return self.pixels

    def drawing(self, wish: Wish) -> Drawing:
        self.asked.append(wish)
        return Drawing(
            self.pixels + np.float32(wish.coefficients["jawOpen"]), self.alpha, self.mesh, 0
        )


def csv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def test_coefficients_are_read_in_any_order_and_case() -> None:
    motion = read(csv("JawOpen,eyeBlinkLeft,TongueOut,HeadYaw", "0.5,0,1,20", "1,0.25,0,-3"))
    assert motion.frames[0].values == {"jawOpen": 0.5}
    assert motion.frames[1].values == {"jawOpen": 1.0, "eyeBlinkLeft": 0.25}
    assert motion.frames[1].at == pytest.approx(1 / 30)
    assert motion.ignored == ("TongueOut", "HeadYaw")


@pytest.mark.parametrize(
    ("times", "seconds"),
    [
        (("10.5", "11"), 0.5),
        (("01:00:00:00", "01:00:01:15"), 1.5),
        (("16:22:59.5", "16:23:00.25"), 0.75),
        (("16:22:59:29.100", "16:23:00:02.100"), 0.1),
    ],
)
def test_times_are_seconds_or_timecodes(times: tuple[str, str], seconds: float) -> None:
    motion = read(csv("Timecode,jawOpen", *(f"{time},0.5" for time in times)))
    assert motion.seconds == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("jawOpen,smile", "0,0"), "Line 1, column 2: 'smile' is no coefficient"),
        (("jawOpen,JAWOPEN", "0,0"), "Line 1, column 2: JAWOPEN stands twice"),
        (("time", "0"), "Line 1: no column"),
        (("jawOpen", "0.1", "", "x"), r"Line 4, column 1 \(jawOpen\): 'x' is no number"),
        (("time,jawOpen", "0,1.5"), r"Line 2, column 2 \(jawOpen\): 1.5 is not between 0 and 1"),
        (("jawOpen", "nan"), r"Line 2, column 1 \(jawOpen\): nan is not between"),
        (("jawOpen,jawLeft", "0.5"), "Line 2 has 1 columns, and the header 2"),
        (("time,jawOpen", "soon,1"), r"Line 2, column 1 \(time\): 'soon' is no time"),
        (("time,jawOpen", "0,1", "1,1", "1,0"), "Line 4: the time is not later"),
        (("jawOpen",), "no line of numbers"),
        (("",), "no column is named"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(BadMotion, match=said):
        read(csv(*lines))


def test_other_files_and_endless_ones_are_refused() -> None:
    with pytest.raises(BadMotion, match="UTF-8"):
        read(b"\xff\xfe\x00")
    with pytest.raises(BadMotion, match="lines"):
        read(b"jawOpen\n" + b"0\n" * 40_000)


def test_between_recorded_frames_the_face_is_between() -> None:
    frames = (Frame(0.0, {"jawOpen": 1.0}), Frame(1.0, {"jawLeft": 0.5}))
    assert values(frames, 0.25) == {"jawOpen": 0.75, "jawLeft": 0.125}
    assert values(frames, 1.0)["jawLeft"] == 0.5
    assert moments(Motion(frames), 4.0) == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_an_animation_runs_as_long_as_the_motion(tmp_path: Path) -> None:
    motion = Motion((Frame(0.0, {}), Frame(1.0, {"jawOpen": 1.0})))
    screen, path, told = Screen(), tmp_path / "made.webp", []
    made = animated(
        screen, motion, Background(), path, wish=Wish(yaw=10.0), rate=4.0,
        progress=lambda done, total, message="": told.append((done, total)),
    )  # fmt: skip
    assert (made.frames, made.seconds) == (5, 1.25)
    assert told == [(n, 5) for n in range(6)]
    assert all(wish.yaw == 10.0 for wish in screen.asked)
    with Image.open(path) as image:
        assert image.n_frames == 5 and image.size == (SIDE, SIDE)
        light = []
        for number in range(5):
            image.seek(number)
            image.load()
            assert image.info["duration"] == 250
            light.append(np.asarray(image.convert("L")).mean())
    assert light == sorted(light) and light[-1] > 240 and light[0] < 10


def test_stops_between_two_frames_when_asked(tmp_path: Path) -> None:
    def stop(done: int, total: int, message: str = "") -> None:
        if done == 2:
            raise Cancelled

    screen, path = Screen(), tmp_path / "made.webp"
    motion = Motion((Frame(0.0, {}), Frame(1.0, {})))
    with pytest.raises(Cancelled):
        animated(screen, motion, Background(), path, progress=stop)
    assert len(screen.asked) == 2 and not path.exists()


def test_limits_are_named() -> None:
    long = Motion((Frame(0.0, {}), Frame(100.0, {})))
    with pytest.raises(MLError, match="at most 20"):
        animated(Screen(), long, Background(), Path("x.webp"))
    short = Motion((Frame(0.0, {}),))
    with pytest.raises(MLError, match=f"at most {MOST_SIDE} pixels"):
        animated(Screen(MOST_SIDE + 1), short, Background(), Path("x.webp"))
