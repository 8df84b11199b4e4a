"""Hostile photos: each ends in a picture or a BadPicture, and everybody else lives on."""

from __future__ import annotations

import contextlib
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from ml import decode
from ml.decoding.asking import Decoder, decoder
from ml.errors import BadPicture

ROOT = Path(__file__).resolve().parents[2]
CODES = set(decode.SENTENCES)


def code_of(path: Path, limits: decode.Limits = decode.DEFAULT) -> str:
    """The code it is refused with; "" when it is a picture."""
    try:
        picture = decode.picture(path, limits)
    except BadPicture as error:
        return error.code
    height, width, colours = picture.pixels.shape
    assert picture.pixels.dtype == np.uint8
    assert colours == 3
    assert width * height <= limits.max_pixels
    return ""


def png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rows = zlib.compress(bytes((width // 8 + 1) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.effect_noise((1200, 900), 80).convert("RGB").save(path, quality=90)
    return path


@pytest.fixture
def slow_photo(tmp_path: Path) -> Path:
    """A small file of 81 megapixels: about a second's work."""
    path = tmp_path / "slow.png"
    path.write_bytes(png_header(9000, 9000))
    return path


def test_every_hostile_file_is_read_or_refused(shared: Path) -> None:
    files = sorted((shared / "photos/hostile").iterdir())
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(code_of, files))
    assert len(files) == len(codes)
    assert set(codes) <= CODES | {""}
    assert {"", "truncated", "not-an-image", "format-not-allowed"} <= set(codes)


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    assert code_of(tmp_path / "a.jpg") == "empty"


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png_header(30000, 30000))
    began = time.monotonic()
    with pytest.raises(BadPicture, match="more than 120 megapixels") as caught:
        decode.picture(bomb)
    assert caught.value.code == "too-many-pixels"
    assert time.monotonic() - began < 5
    assert bomb.stat().st_size < 200_000


def test_a_webp_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    for name, options in {"a": {"lossless": True}, "b": {"exif": b"Exif"}, "c": {}}.items():
        path = tmp_path / f"{name}.webp"
        Image.new("RGB", (2500, 2000)).save(path, method=0, **options)
        assert code_of(path, decode.Limits(max_pixels=4_999_999)) == "too-many-pixels"
        assert code_of(path, decode.Limits(max_pixels=5_000_000)) == ""


def test_the_pixel_limit_is_exact(photo: Path) -> None:
    assert code_of(photo, decode.Limits(max_pixels=1200 * 900)) == ""
    assert code_of(photo, decode.Limits(max_pixels=1200 * 900 - 1)) == "too-many-pixels"


def test_a_cut_file_is_told(photo: Path, tmp_path: Path) -> None:
    whole = photo.read_bytes()
    for kept in (20, len(whole) // 2, len(whole) - 400):
        (tmp_path / "cut.jpg").write_bytes(whole[:kept])
        assert code_of(tmp_path / "cut.jpg") == "truncated"


def test_too_much_memory_is_refused(slow_photo: Path) -> None:
    assert code_of(slow_photo, decode.Limits(memory_mb=100)) == "too-costly"


def test_too_much_time_is_refused(slow_photo: Path) -> None:
    assert code_of(slow_photo, decode.Limits(wall_s=0.1)) == "too-costly"


def test_a_spent_processor_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "film.gif"  # of two million frames
    frame = b"\x2c\0\0\0\0\1\0\1\0\0\x02\x02\x44\x01\0"
    path.write_bytes(b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + frame * 2_000_000 + b";")
    assert code_of(path, decode.Limits(cpu_s=1)) == "too-costly"


def test_nobody_else_suffers_from_a_refused_photo(photo: Path, slow_photo: Path) -> None:
    decode.picture(photo)
    zygote = decoder().pid
    code_of(slow_photo, decode.Limits(memory_mb=100))
    code_of(slow_photo, decode.Limits(wall_s=0.05))
    assert code_of(photo) == ""
    assert decoder().pid == zygote


def test_fifty_threads_are_served_at_once(photo: Path) -> None:
    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(code_of, [photo] * 50)) == [""] * 50


def test_a_slow_photo_does_not_hold_up_others(photo: Path, slow_photo: Path) -> None:
    decode.picture(photo)
    slow = threading.Thread(target=code_of, args=(slow_photo,))
    slow.start()
    code_of(photo)
    assert slow.is_alive()
    slow.join()


def test_a_killed_zygote_is_replaced(photo: Path) -> None:
    decode.picture(photo)
    killed = decoder().pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert code_of(photo) == ""
    assert decoder().pid != killed


def test_killing_zygotes_again_and_again_loses_no_photo(photo: Path) -> None:
    done = []

    def read_and_kill(number: int) -> str:
        code = code_of(photo)
        done.append(number)
        if len(done) % 6 == 0 and (pid := decoder().pid) is not None:
            os.kill(pid, signal.SIGKILL)
        return code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read_and_kill, range(60))) == [""] * 60


def test_a_forked_process_has_a_zygote_of_its_own(photo: Path) -> None:
    decode.picture(photo)
    before = decoder().pid
    child = os.fork()
    if child == 0:
        well = decoder().pid is None and code_of(photo) == "" and decoder().pid != before
        os._exit(0 if well else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert code_of(photo) == ""
    assert decoder().pid == before


def test_the_zygote_ends_with_its_asker(photo: Path) -> None:
    code = f"""
import os, signal, pathlib
from ml import decode
from ml.decoding.asking import decoder
decode.picture(pathlib.Path({str(photo)!r}))
print(decoder().pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert soon(lambda: not psutil.pid_exists(int(killed.stdout)))


def test_a_crashed_codec_is_a_damaged_photo(photo: Path, slow_photo: Path) -> None:
    decode.picture(photo)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(code_of, slow_photo)
        assert soon(lambda: reading(slow_photo))
        reading(slow_photo)[0].send_signal(signal.SIGSEGV)
        assert answer.result() == "truncated"
    assert code_of(photo) == ""


def test_a_child_that_takes_too_long_is_gone(slow_photo: Path) -> None:
    assert code_of(slow_photo, decode.Limits(wall_s=0.2)) == "too-costly"
    assert soon(lambda: not reading(slow_photo))


def test_a_child_killed_while_it_waits_is_replaced(photo: Path) -> None:
    decode.picture(photo)
    for _ in range(5):
        assert soon(lambda: psutil.Process(decoder().pid).children())
        waiting = psutil.Process(decoder().pid).children()
        for child in waiting:
            child.kill()
        assert soon(lambda gone=waiting: not any(child.is_running() for child in gone))
        assert code_of(photo) == ""


def test_a_decoder_that_cannot_start_says_so(
    photo: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with photo.open("rb") as file, pytest.raises(RuntimeError, match="does not start"):
        Decoder().ask({"do": "picture"}, [file.fileno()], 5)


def reading(photo: Path) -> list[psutil.Process]:
    """The zygote's children that have this photo open."""
    pid = decoder().pid
    born = psutil.Process(pid).children() if pid else []
    return [child for child in born if str(photo) in opened_by(child)]


def opened_by(child: psutil.Process) -> set[str]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return {file.path for file in child.open_files()}
    return set()


def soon(condition: Callable[[], object]) -> bool:
    """Whether it comes true within five seconds."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.01)
    return False
