"""Faces with what they look like: UTKFace, plain CSV, folders a class, CelebA's lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ml.evaluation.readers.samples import UNKNOWN, BadData, Sample, part, pictures, read
from ml.evaluation.readers.tables import Row, csv_with, rows, words

GENDERS = {"0": "male", "1": "female", "male": "male", "female": "female"}
RACES = {"0": "white", "1": "black", "2": "asian", "3": "indian", "4": "other"}
BANDS = (3, 10, 18, 30, 45, 60)  # years at which an age band begins
# UTKFace's own pattern: age_gender_race_date. Three of its files lack a number, and nobody can tell
# which: only their age is taken.
UTK = re.compile(r"^(?P<age>\d{1,3})_((?P<gender>\d+)_(?P<race>\d+)|\d)_\d{4,}")
EXPRESSIONS = {
    "angry": "angry", "anger": "angry", "disgust": "disgusted", "disgusted": "disgusted",
    "fear": "afraid", "afraid": "afraid", "fearful": "afraid", "happy": "happy",
    "happiness": "happy", "sad": "sad", "sadness": "sad", "surprise": "surprised",
    "surprised": "surprised", "neutral": "neutral",
}  # fmt: skip
FER_SIDE, FER_ENLARGED = 48, 4


@dataclass(frozen=True, slots=True)
class Person:
    """What the makers of a set wrote about a face; None where they did not.

    Labels of gender, race and expression are how somebody sorted looks; they are measured against,
    nothing more.
    """

    age: float | None = None
    gender: str | None = None
    race: str | None = None
    expression: str | None = None


def band(age: float) -> str:
    """The age band in words that sort: "00-02", "03-09" ... "60+"."""
    starts = (0, *BANDS)
    index = sum(age >= start for start in BANDS)
    return (
        f"{starts[index]}+" if index == len(BANDS) else f"{starts[index]:02}-{BANDS[index] - 1:02}"
    )


def groups(person: Person) -> dict[str, str]:
    """What the report by group tells people apart by."""
    return {
        "age": UNKNOWN if person.age is None else band(person.age),
        "gender": person.gender or UNKNOWN,
        "race": person.race or UNKNOWN,
    }


def utkface(folder: Path) -> list[Sample[Person]] | None:
    """UTKFace by its file names (age_gender_race_date.jpg...)."""
    found = pictures(folder)
    if not any(UTK.match(path.name) for path in found):
        return None
    return [_by_name(folder, path) for path in found]


def _by_name(folder: Path, path: Path) -> Sample[Person]:
    match = UTK.match(path.name)
    gender, race = (match["gender"], match["race"]) if match else ("", "")
    if not match or gender not in (None, "0", "1") or race not in (None, *RACES):
        raise BadData(f"{path.name} is not named age_gender_race_date as UTKFace's files are.")
    if int(match["age"]) > 120:
        raise BadData(f"{path.name}: nobody is {match['age']} years old.")
    person = Person(float(match["age"]), gender and GENDERS[gender], race and RACES[race])
    return _sample(path.relative_to(folder).as_posix(), path, person)


def table(folder: Path) -> list[Sample[Person]] | None:
    """A CSV with a column "file" and any of age, gender, race, expression, person.

    gender is male, female, 0 or 1; race a word or UTKFace's number; an empty cell is unknown.
    """
    file = csv_with(folder, "file")
    if file is None:
        return None
    found = rows(file, {"file"})
    if not found or not {"age", "gender", "race", "expression"} & found[0].values.keys():
        return None
    return [_by_row(folder, row) for row in found]


def _by_row(folder: Path, row: Row) -> Sample[Person]:
    name = row.text("file")
    person = Person(
        row.number("age", 0, 120) if row.get("age") else None,
        GENDERS[row.text("gender", GENDERS)] if row.get("gender") else None,
        RACES.get(row.get("race"), row.get("race").lower()) or None,
        EXPRESSIONS[row.text("expression", EXPRESSIONS)] if row.get("expression") else None,
    )
    return _sample(name, folder / name, person, row.get("person") or row.get("identity"))


def expression_folders(folder: Path) -> list[Sample[Person]] | None:
    """A folder an expression, as FER2013 is unpacked: also below test/ or train/."""
    for top in (folder, folder / "test", folder / "train"):
        named = [path for path in top.iterdir() if path.is_dir()] if top.is_dir() else []
        if any(path.name.lower() in EXPRESSIONS for path in named):
            return [sample for path in named for sample in _of_folder(folder, path)]
    return None


def _of_folder(top: Path, folder: Path) -> list[Sample[Person]]:
    word = folder.name.lower()
    if word not in EXPRESSIONS:
        raise BadData(f"The folder {folder.name} names no expression: {', '.join(EXPRESSIONS)}.")
    person = Person(expression=EXPRESSIONS[word])
    return [
        _sample(path.relative_to(top).as_posix(), path, person, enlarge=FER_ENLARGED)
        if _is_tiny(path)
        else _sample(path.relative_to(top).as_posix(), path, person)
        for path in pictures(folder)
    ]


def _is_tiny(path: Path) -> bool:
    """Whether it is one of FER2013's crops: no photo, and too small for a detector."""
    from PIL import Image

    with Image.open(path) as picture:
        return max(picture.size) <= FER_SIDE


def celeba(folder: Path) -> list[Sample[Mapping[str, bool]]] | None:
    """CelebA's list_attr_celeba.txt (a count, the names, then a line a photo of 1 and -1)."""
    file = folder / "list_attr_celeba.txt"
    if not file.is_file():
        return None
    lines = words(file)
    if len(lines) < 3:
        raise BadData(f"{file.name} holds no photo.")
    names = [name.replace("_", " ").lower() for name in lines[1][1]]
    people = _identities(folder / "identity_CelebA.txt")
    photos = next((f for f in ("img_align_celeba", "img_celeba") if (folder / f).is_dir()), ".")
    return [_attributes(folder / photos, file, line, names, people) for line in lines[2:]]


def _attributes(
    photos: Path, file: Path, line: tuple[int, list[str]], names: list[str], people: dict[str, str]
) -> Sample[Mapping[str, bool]]:
    number, (name, *values) = line
    if len(values) != len(names) or set(values) - {"1", "-1"}:
        raise BadData(f"{file.name}, line {number}: not {len(names)} values of 1 or -1.")
    truth = {attribute: value == "1" for attribute, value in zip(names, values, strict=True)}
    gender = {True: "male", False: "female", None: UNKNOWN}[truth.get("male")]
    young = {True: "young", False: "not young", None: UNKNOWN}[truth.get("young")]
    told = {"gender": gender, "age": young}
    return Sample(name, photos / name, truth, people.get(name, name), told)


def _identities(file: Path) -> dict[str, str]:
    return {name: who for _, (name, who) in words(file)} if file.is_file() else {}


def _sample(
    name: str, path: Path, person: Person, identity: str = "", enlarge: int = 1
) -> Sample[Person]:
    return Sample(name, path, person, identity or name, groups(person), enlarge=enlarge)


READERS = (table, utkface, expression_folders)
EXPECTS = (
    "UTKFace (file names, or a labels.csv), a folder an expression (FER2013), or a CSV with a "
    "column file and any of age, gender, race, expression, person"
)


def known(folder: Path, label: str, limit: int | None) -> list[Sample[Person]]:
    """The samples of which that label is known: age, gender, race or expression.

    Raises:
        BadData: the folder cannot be read, or tells it of nobody.
    """
    samples = read(folder, READERS, EXPECTS)
    told = [one for one in samples if getattr(one.truth, label) is not None]
    if not told:
        raise BadData(f"Nothing in {folder} tells anybody's {label}.")
    return part(told, limit)
