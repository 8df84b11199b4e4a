"""How well what shows of a face is told, and what weighs how much: `python -m
tests.fitting.attributes LFW`.

attributes.csv says what one person's eye saw in the first photo of each of LFW's people, of the
face in its middle. `part`: weights were fitted to "fit"; "tried" was in sight while measures were
chosen; "kept" was labelled after that, without a look at what is told, but for dark glasses and
covered hair, which were labelled for all before. Where only these two were looked for the rest is
empty; people who are not listed have neither. "unsure" is not counted; "a|b": either is right.
Weights are printed, nothing is written.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import hypot
from pathlib import Path
from pprint import pprint

import numpy as np

from ml import alignment, decode, facs, registry
from ml.analysis import (
    beard_colours,
    clothing_colour_terms,
    eyewear_edges,
    hair_colour_light,
    hair_cover_edges,
    head_pixels,
    mouth_aperture,
    smile_corners,
)
from ml.contracts import DETECTION, MESH, PARSING, POSE, Output, View
from ml.frontal import frontal
from ml.pool import Pool
from ml.registry import Task, get, in_order
from ml.traits import SAID, Trait, worded
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

MODELS = ("mediapipe-mesh", "mesh-pose", "mediapipe-iris", "mesh-parsing")
FIRM = 0.3  # how freely weights may grow (C of logistic regression, on measures of spread 1)
DRAWS = 1000
LISTED_ONLY = {"glasses": "not dark", "covered": "no"}
Measures = Mapping[str, float]
Row = Mapping[str, str]
Seen = Sequence[tuple[Row, Measures | None]]


@dataclass(frozen=True)
class Asked:
    """trait: what is weighed now. column: of the labels; there, absent: the words in it."""

    trait: Trait
    column: str
    there: Collection[str]
    absent: Collection[str]

    def label(self, row: Row) -> bool | None:
        words = set(row[self.column].split("|"))
        return True if words <= set(self.there) else False if words <= set(self.absent) else None


ASKED = {
    "glasses": Asked(eyewear_edges.GLASSES, "glasses", ("clear",), ("none",)),
    "sunglasses": Asked(eyewear_edges.DARK, "glasses", ("dark",), ("none", "clear", "not dark")),
    "beard": Asked(beard_colours.BEARD, "beard", ("full",), ("none",)),
    "mouth open": Asked(mouth_aperture.OPEN, "open", ("yes",), ("no",)),
    "smiling": Asked(smile_corners.SMILE, "smiling", ("yes",), ("no",)),
    "hair covered": Asked(hair_cover_edges.COVERED, "covered", ("yes",), ("no",)),
    "light hair": Asked(
        hair_colour_light.LIGHT_HAIR, "hair", ("blond", "grey", "white"), ("black", "brown")
    ),
}


def main(folder: Path) -> None:
    seen = measured(folder)
    for name, asked in ASKED.items():
        fit(name, asked, seen)
    for part in ("tried", "kept", "tried and kept"):
        print(f"\n{part}")
        for name, asked in ASKED.items():
            judged(name, asked, within_part(part, seen))
        by_beard(within_part(part, seen))
        clothes(within_part(part, seen))


def within_part(part: str, seen: Seen) -> Seen:
    """part: one, or several with "and" between."""
    return [one for one in seen if one[0]["part"] in part.split(" and ")]


def labelled(folder: Path) -> list[Row]:
    with Path(__file__).with_suffix(".csv").open() as file:
        listed = {row["file"]: row for row in csv.DictReader(file)}
    found = []
    for person in sorted(path for path in folder.iterdir() if path.is_dir()):
        first = min(person.glob("*.jpg"))
        name = f"{person.name}/{first.name}"
        empty = dict.fromkeys(("beard", "open", "smiling", "hair", "clothes"), "")
        found.append(listed.get(name) or {"file": name, "part": half(name), **LISTED_ONLY, **empty})
    return found


def measured(folder: Path) -> Seen:
    """What is measured of each photo's middle face, None where it is not read."""
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    return [(row, looked(pool, folder / row["file"])) for row in labelled(folder)]


def looked(pool: Pool, path: Path) -> dict[str, float] | None:
    """All measures by name; "clothes": an index into TERMS, none for too little."""
    picture = decode.picture(path)
    faces = pool.run("centerface", View(picture)).faces
    outputs: dict[Task[object], Output] = {DETECTION: Output(faces=faces)}
    for name in in_order(MODELS):
        card = get(name).card
        needed = {task: outputs[task] for task in card.needs}
        outputs[card.task] = pool.run(name, View(picture, faces, needed))
    view = View(picture, faces, outputs)
    x, y = (side / 2 for side in picture.size)
    middle = min(
        range(len(faces)),
        key=lambda i: hypot(faces[i].box.centre[0] - x, faces[i].box.centre[1] - y),
        default=-1,
    )
    mesh = alignment.legible(view.data(MESH), 24.0).get(middle)
    if mesh is None or view.data(POSE).poses[middle] is None:
        return None
    parsed, head = view.data(PARSING).heads[middle], head_pixels.cut(picture, mesh)
    assert parsed is not None
    found = {
        **eyewear_edges.measures(picture, mesh),
        **beard_colours.measures(head),
        **facs.measures(frontal(mesh)),
        **hair_cover_edges.measures(head, parsed),
        **(hair_colour_light.measures(head, parsed) or {}),
    }
    worn = clothing_colour_terms.commonest(head, parsed)
    return found | {f"wears {worn}": 1.0}


def fit(name: str, asked: Asked, seen: Seen) -> None:
    """Prints the weights that the part for it gives."""
    from sklearn.linear_model import LogisticRegression

    known = list(asked.trait.weights)
    rows, labels = [], []
    for row, found in seen:
        label = asked.label(row) if row[asked.column] else None
        if row["part"] == "fit" and label is not None and found and known[0] in found:
            rows.append([found[one] for one in known])
            labels.append(label)
    values = np.array(rows)
    mean, spread = values.mean(0), values.std(0)
    model = LogisticRegression(C=FIRM).fit((values - mean) / spread, labels)
    weights = model.coef_[0] / spread
    start = float(model.intercept_[0] - weights @ mean)
    print(f"{name}: {sum(labels)} of {len(labels)}")
    pprint(
        ({one: round(float(w), 3) for one, w in zip(known, weights, strict=True)}, round(start, 3))
    )


def judged(name: str, asked: Asked, seen: Seen) -> None:
    """How often it is right; a face that is not read, or left unsure, is not said to be there."""
    truth, said, unsure = [], [], 0
    for row, found in seen:
        label = asked.label(row) if row[asked.column] else None
        if label is None or (name == "light hair" and covered(found)):
            continue
        word = "absent" if not found else told(name, asked.trait, found)
        truth.append(label)
        said.append(word == "there")
        unsure += word == "unsure"
    table = np.column_stack([truth, said]).astype(bool)
    rates = {
        "balanced accuracy": balanced,
        "recall": lambda part: part[part[:, 0], 1].mean(),
        "precision": lambda part: part[part[:, 1], 0].mean(),
    }
    words = ", ".join(f"{what} {within(rate, table)}" for what, rate in rates.items())
    there = int(table[:, 0].sum())
    print(f"{name}: {there} of {len(table)}; {words}; unsure {unsure / len(table):.1%}")


def by_beard(seen: Seen) -> None:
    """Smiles are nobody's business unless asked for: such cards tell who is served worst."""
    for word in ("none", "stubble", "full"):
        print(f"of those with beard {word}: ", end="")
        judged("smiling", ASKED["smiling"], [one for one in seen if one[0]["beard"] == word])


def told(name: str, trait: Trait, found: Measures) -> str:
    if name == "glasses" and eyewear_edges.told(dict(found))[0] == "sunglasses":
        return "absent"
    if name == "light hair" and "hair L" not in found:
        return "unsure"
    return worded(trait.odds(found), "there", "absent")[0]


def covered(found: Measures | None) -> bool:
    """Whether no hair colour is told for that."""
    return found is not None and hair_cover_edges.COVERED.odds(found) >= SAID


def balanced(part: np.ndarray) -> float:
    there = part[:, 0]
    return float(part[there, 1].mean() + (~part[~there, 1]).mean()) / 2


def within(rate: Callable[[np.ndarray], float], table: np.ndarray) -> str:
    """The rate and the middle 95 % of draws of people, each of whom has one photo."""
    dice = np.random.default_rng(0)
    with np.errstate(invalid="ignore"):
        drawn = [rate(table[dice.integers(0, len(table), len(table))]) for _ in range(DRAWS)]
    low, high = np.nanpercentile(drawn, (2.5, 97.5))
    return f"{100 * rate(table):.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def clothes(seen: Seen) -> None:
    """How often the named colour is one of those seen."""
    rows = [row for row, _ in seen if row["clothes"] not in ("", "unsure")]
    pairs = []
    for row, found in seen:
        if row not in rows:
            continue
        term = next((key[6:] for key in found or () if key.startswith("wears ")), "None")
        pairs.append((term, term in row["clothes"].split("|")))
    named = [(term, right) for term, right in pairs if term not in ("None", "unsure")]
    table = np.array([[right, True] for _, right in named])
    black = np.mean(["black" in row["clothes"].split("|") for row in rows])
    print(f"clothes: named {len(named)} of {len(pairs)}; always black {black:.1%}; right ", end="")
    print(within(lambda part: part[:, 0].mean(), table))
    for word in sorted({term for term, _ in named}):
        rights = [right for term, right in named if term == word]
        print(f"  {word}: right {sum(rights)} of {len(rights)}")


def half(name: str) -> str:
    return "fit" if int(sha256(name.encode()).hexdigest(), 16) % 2 == 0 else "tried"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
