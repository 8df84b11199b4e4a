"""The pipeline against the face_recognition package on the same photos: find, align, embed.

The package is installed aside, into build/face-recognition, and never becomes a dependency.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import numpy as np
from PIL import Image

from ml import decode, registry
from ml.analysis.pipeline import analyse_picture
from ml.pipelines import Context
from ml.pool import Pool
from ml.types import Picture
from ml.weights import Weights
from tests.benchmarks.photos import BESIDE, ROOT, astronaut, weights_folder
from tests.benchmarks.timing import machine, milliseconds, ratio, side_by_side

FLOOR, GOAL = 5.0, 10.0
MODELS = ("centerface", "mediapipe-mesh", "dlib-resnet")
ASIDE = ROOT / "build" / "face-recognition"
PACKAGES = ["face_recognition==1.3.0", "face_recognition_models==0.3.0", "dlib-bin==20.0.1.post1"]
BESIDE_US = ("studio.jpg", "two-in-an-office.jpg", "three-in-red.jpg", "four-at-a-table.jpg")

# What the package does, in a process of its own: a path is loaded, then each line is one round.
THEIRS = """
import json, sys, face_recognition
pixels = None
for line in sys.stdin:
    if line.strip():
        pixels = face_recognition.load_image_file(line.strip())
    places = face_recognition.face_locations(pixels)
    found = face_recognition.face_encodings(pixels, places)
    print(json.dumps(len(found)), flush=True)
"""


def installed_aside() -> Path:
    """A virtual environment with the package in it; made on the first call (about 150 MB)."""
    python = ASIDE / "bin" / "python"
    if not (ASIDE / "ready").exists():
        venv.create(ASIDE, with_pip=True, clear=True)
        install = [python, "-m", "pip", "install", "--quiet"]
        # pkg_resources, which face_recognition_models imports, went with setuptools 81.
        subprocess.run([*install, "numpy", "pillow", "setuptools<81"], check=True)
        subprocess.run([*install, "--no-deps", *PACKAGES], check=True)
        (ASIDE / "ready").touch()
    return python


class Theirs:
    """The package in its process; called, it works once on the photo it was last given."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [installed_aside(), "-c", THEIRS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, line: str = "") -> int:
        """How many faces it found and encoded; line: the path of a photo to load first."""
        pipe_in, pipe_out = self.process.stdin, self.process.stdout
        if pipe_in is None or pipe_out is None:
            raise RuntimeError("The package's process has no pipes.")
        _write(pipe_in, line)
        return int(json.loads(pipe_out.readline()))

    def __call__(self) -> int:
        return self.ask()


def _write(pipe: IO[str], line: str) -> None:
    pipe.write(line + "\n")
    pipe.flush()


def six_astronauts(one: Path, folder: Path) -> Path:
    """Six faces in 1536 x 1024: the portrait and its mirror image, side by side."""
    pixels = np.asarray(Image.open(one))
    row = np.hstack([pixels, pixels[:, ::-1], pixels])
    path = folder / "six-astronauts.jpg"
    Image.fromarray(np.vstack([row, row[:, ::-1]])).save(path, quality=92)
    return path


def main() -> None:
    registry.discover()
    context = Context(Pool(Weights(weights_folder())))
    theirs = Theirs()
    print(f"pipeline against face_recognition: find, align, embed; {machine()}")
    print(
        f"{'photo':<22}{'size':>12}{'found':>7}{'theirs':>8}{'pipeline':>12}{'theirs':>12}   times"
    )
    missed = False
    with TemporaryDirectory() as folder:
        one = astronaut(Path(folder))
        counts = {one: 1, six_astronauts(one, Path(folder)): 6}
        for path in [*counts, *(BESIDE / name for name in BESIDE_US if BESIDE.is_dir())]:
            times, found, row = compared(path, theirs, context)
            print(row)
            # Only the photos made here are held to the floor: they are the same everywhere.
            missed |= path in counts and (times < FLOOR or found != counts[path])
    theirs.process.kill()
    print(f"floor {FLOOR:.0f} times, goal {GOAL:.0f}: {'MISSED' if missed else 'floor met'}")
    sys.exit(missed)


def compared(path: Path, theirs: Theirs, context: Context) -> tuple[float, int, str]:
    """How many times faster we are, how many faces we embedded, and the table's row."""
    picture: Picture = decode.picture(path)

    def ours() -> int:
        return len(analyse_picture(picture, MODELS, context).embeddings)

    counts = ours(), theirs.ask(str(path))
    seconds = side_by_side({"ours": ours, "theirs": theirs}, rounds=5, warm=1)
    times = ratio(seconds["theirs"], seconds["ours"])
    width, height = picture.size
    row = f"{path.stem:<22}{f'{width}x{height}':>12}{counts[0]:>7}{counts[1]:>8}"
    row += "".join(f"{milliseconds(seconds[name]):>12}" for name in ("ours", "theirs"))
    return times, counts[0], f"{row}   {times:5.1f}"


if __name__ == "__main__":
    main()
