"""How often hands and gestures are right: `python -m tests.fitting.gestures FOLDER`.

FOLDER: LFW. gestures.csv says what was seen by eye. Of the first 384 photos all were looked at
before any model did, and those not listed show neither a hand on the face nor a raised one; they
tell what is missed. Of the next 1,300 only those were looked at of which the models said so; they
tell how often that is right. "unsure" (a hand at the ear, an arm whose hand is cut off) is not
counted. Nothing is written.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Mapping
from math import hypot
from pathlib import Path

from ml import decode, registry
from ml.analysis.gestures_points import NONE_SEEN
from ml.contracts import BODY, DETECTION, HANDS, MESH, Output, View
from ml.pool import Pool
from ml.registry import Task
from ml.types import Face, Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder
from tests.fitting.body_places import in_order

ALL, MORE = 384, 1300
NAMES = {"hand_on_face": "hand on face", "raised_hand": "raised hand"}
STEPS: tuple[tuple[str, Task[object], tuple[Task[object], ...]], ...] = (
    ("mediapipe-mesh", MESH, (DETECTION,)),
    ("mediapipe-body", BODY, (DETECTION,)),
    ("mediapipe-hands", HANDS, (DETECTION, BODY)),
)


def main(folder: Path) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    with Path(__file__).with_suffix(".csv").open() as file:
        seen = {row["photo"]: row for row in csv.DictReader(file)}
    counts: Counter[tuple[str, str, bool, str]] = Counter()
    hands = 0
    for number, path in enumerate(in_order(folder)[: ALL + MORE]):
        part = "all" if number < ALL else "said"
        found, said = read(pool, decode.picture(path))
        hands += found if part == "all" else 0
        other = dict.fromkeys(NAMES, "no" if part == "all" else "not labelled")
        truth: Mapping[str, str] = seen.get(path.name, other)
        counts.update(
            (part, name, said[NAMES[name]], truth[name] or "not labelled") for name in NAMES
        )
    false = sum(int(row["false_hands"] or 0) for row in seen.values())
    print(f"hands found in {ALL} photos: {hands}, of them none: {false}")
    for name in NAMES:
        for part in ("all", "said"):
            right, wrong = (counts[part, name, True, word] for word in ("yes", "no"))
            print(f"{name}, {part}: said {right + wrong} times, right {right}")
        missed = counts["all", name, False, "yes"]
        print(f"{name}: missed {missed} of {missed + counts['all', name, True, 'yes']}")
        print(f"{name}: said and not labelled {counts['said', name, True, 'not labelled']}")


def read(pool: Pool, picture: Picture) -> tuple[int, dict[str, bool]]:
    """How many hands were found, and which gestures of the middle face."""
    faces = pool.run("centerface", View(picture)).faces
    outputs: dict[Task[object], Output] = {DETECTION: Output(faces=faces)}
    for name, task, needs in STEPS:
        outputs[task] = pool.run(
            name, View(picture, faces, {need: outputs[need] for need in needs})
        )
    given = {task: outputs[task] for task in (MESH, HANDS)}
    output = pool.run("points-gestures", View(picture, faces, given))
    mine = middle(picture, faces)
    said = {one.name for one in output.readings if one.face == mine and positive(one.value)}
    return len(outputs[HANDS].data.hands), {name: name in said for name in NAMES.values()}


def positive(value: float | str | None) -> bool:
    return value not in (None, NONE_SEEN)


def middle(picture: Picture, faces: tuple[Face, ...]) -> int:
    """The face nearest to the photo's middle: whom LFW shows. -1: there is no face."""
    x, y = (side / 2 for side in picture.size)
    return min(
        range(len(faces)),
        key=lambda i: hypot(faces[i].box.centre[0] - x, faces[i].box.centre[1] - y),
        default=-1,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
