"""Who is the same as whom: lists of pairs (LFW, RFW, CSV), IJB's templates, people's folders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ml.evaluation.readers.samples import PICTURES, BadData, Sample, stable
from ml.evaluation.readers.tables import Row, csv_with, rows, words


@dataclass(frozen=True, slots=True)
class Pair:
    """Two templates by name, and whether they are of one person. fold: pairs of different folds
    share no person."""

    first: str
    second: str
    same: bool
    fold: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """Photos, and which of their templates are compared.

    photos: identity is the person. templates: name -> names of the photos it is made of; a photo
    is a template of its own unless the set says otherwise. named: whether identities are people,
    so that any two templates can be told to be of strangers or not.
    """

    photos: list[Sample[None]]
    templates: dict[str, tuple[str, ...]]
    pairs: list[Pair]
    named: bool = True
    people: dict[str, str] = field(default_factory=dict)


def comparisons(folder: Path) -> Comparisons | None:
    """The pairs of a folder, in whichever layout they are; None in none of them.

    Raises:
        BadData: a label is wrong, a photo is missing, or a pair stands there twice.
    """
    for reader in (_csv, _lfw, _ijb, _rfw):
        found = reader(folder)
        if found is not None:
            return found
    return None


def _csv(folder: Path) -> Comparisons | None:
    """A table of first, second, same (1 or 0), and perhaps fold. first/second: photos below the
    folder, each in a folder named after its person where they are known."""
    file = csv_with(folder, "first", "second", "same")
    if file is None:
        return None
    pairs = [(row, _pair(row)) for row in rows(file, {"first", "second", "same"})]
    return _of_photos(folder, file, ((str(row.line), pair) for row, pair in pairs))


def _pair(row: Row) -> Pair:
    fold = int(row.number("fold", 0, 1e6)) if row.get("fold") else 0
    same = row.text("same", {"0", "1"}) == "1"
    return Pair(row.text("first"), row.text("second"), same, fold)


def _lfw(folder: Path) -> Comparisons | None:
    """LFW's pairs.txt: a line "folds pairs", then of each fold as many "name i j" of the same
    person as "name i other j" of two."""
    file = folder / "pairs.txt"
    if not file.is_file():
        return None
    lines = words(file)
    if not lines or not all(word.isdigit() for word in lines[0][1]):
        raise BadData("pairs.txt does not begin with the number of folds and of pairs.")
    numbers = [int(word) for word in lines[0][1]]
    each = 2 * numbers[-1]
    if len(lines) - 1 != (numbers[0] if len(numbers) > 1 else 1) * each:
        raise BadData(f"pairs.txt holds {len(lines) - 1} pairs, its first line says otherwise.")
    top = next(
        (f for f in ("lfw", "lfw-deepfunneled", "lfw_funneled") if (folder / f).is_dir()), ""
    )
    pairs = (
        (str(number), _lfw_pair(number, line, place // each, folder / top))
        for place, (number, line) in enumerate(lines[1:])
    )
    return _of_photos(folder / top, file, pairs)


def _lfw_pair(number: int, line: list[str], fold: int, top: Path) -> Pair:
    if len(line) not in (3, 4) or not (line[1].isdigit() and line[-1].isdigit()):
        raise BadData(f"pairs.txt, line {number}: neither name i j nor name i name j.")
    first, second = (line[0], line[1]), (line[-2] if len(line) == 4 else line[0], line[-1])
    return Pair(
        f"{first[0]}/{first[0]}_{int(first[1]):04}.jpg",
        f"{second[0]}/{second[0]}_{int(second[1]):04}.jpg",
        len(line) == 3,
        fold,
    )


def _rfw(folder: Path) -> Comparisons | None:
    """RFW's lists a race: <race>/<race>_pairs.txt like LFW's, photos in data/<race>/<person>/."""
    files = sorted(folder.rglob("*_pairs.txt"))
    if not files:
        return None
    found: list[tuple[str, Pair]] = []
    for file in files:
        race = file.name.removesuffix("_pairs.txt")
        places = (folder / "data" / race, folder / race, file.parent)
        top = next(place for place in places if place.is_dir())
        prefix = top.relative_to(folder).as_posix()
        lines = [line for line in words(file) if len(line[1]) > 2]
        for place, (number, line) in enumerate(lines):
            pair = _lfw_pair(number, line, place * 10 // len(lines), top)
            first, second = f"{prefix}/{pair.first}", f"{prefix}/{pair.second}"
            where = f"{file.name}, line {number}"
            found.append((where, Pair(first, second, pair.same, pair.fold)))
    return _of_photos(folder, files[0], found, races=True)


def _of_photos(
    folder: Path, file: Path, pairs: Iterable[tuple[str, Pair]], *, races: bool = False
) -> Comparisons:
    """Pairs of photos that lie in folders named after people; by file name else."""
    seen: dict[frozenset[str], str] = {}
    listed: list[Pair] = []
    for where, pair in pairs:
        key = frozenset((pair.first, pair.second))
        if len(key) == 1:
            raise BadData(f"{file.name}, line {where}: {pair.first} is compared with itself.")
        if key in seen:
            raise BadData(f"{file.name}, line {where}: the same pair as in line {seen[key]}.")
        seen[key] = where
        listed.append(pair)
    if not listed:
        raise BadData(f"{file.name} holds no pair.")
    names = sorted({name for pair in listed for name in (pair.first, pair.second)})
    named = all("/" in name for name in names)
    photos = [_photo(folder, name, named, races) for name in names]
    if named:
        _agree(file, listed, {one.name: one.identity for one in photos})
    return Comparisons(photos, {name: (name,) for name in names}, listed, named)


def _photo(folder: Path, name: str, named: bool, races: bool) -> Sample[None]:
    parts = name.split("/")
    groups = {"race": parts[-3].lower()} if races and len(parts) > 2 else {}
    identity = "/".join(parts[:-1]) if named else name
    return Sample(name, folder / name, None, identity, groups)


def _agree(file: Path, pairs: list[Pair], people: dict[str, str]) -> None:
    """Pairs said to be the same must lie in one folder, and others in two."""
    for pair in pairs:
        if (people[pair.first] == people[pair.second]) != pair.same:
            said = "the same person" if pair.same else "two people"
            raise BadData(
                f"{file.name}: {pair.first} and {pair.second} are said to be {said}, "
                "their folders say otherwise."
            )


def _ijb(folder: Path) -> Comparisons | None:
    """IJB-B and IJB-C as they are passed on: meta/*_face_tid_mid.txt (photo, template, media),
    meta/*_template_pair_label.txt (template, template, same), photos in loose_crop/."""
    lists = sorted(folder.rglob("*_face_tid_mid.txt"))
    labels = sorted(folder.rglob("*_template_pair_label.txt"))
    if not lists or not labels:
        return None
    crops = next((d for d in (folder / "loose_crop", folder / "crop") if d.is_dir()), folder)
    templates: dict[str, list[str]] = {}
    for number, line in words(lists[0]):
        if len(line) != 3:
            raise BadData(f"{lists[0].name}, line {number}: not photo, template, media.")
        templates.setdefault(line[1], []).append(line[0])
    pairs = [_ijb_pair(labels[0], number, line, templates) for number, line in words(labels[0])]
    people = _joined(pairs, templates)
    photos = [
        Sample(name, crops / name, None, people[template])
        for template, names in templates.items()
        for name in names
    ]
    distinct = list({one.name: one for one in photos}.values())
    made = {template: tuple(names) for template, names in templates.items()}
    return Comparisons(distinct, made, pairs, named=False, people=people)


def _ijb_pair(file: Path, number: int, line: list[str], templates: dict[str, list[str]]) -> Pair:
    if len(line) != 3 or line[2] not in ("0", "1"):
        raise BadData(f"{file.name}, line {number}: not template, template, 0 or 1.")
    for name in line[:2]:
        if name not in templates:
            raise BadData(f"{file.name}, line {number}: no photo is of template {name}.")
    return Pair(line[0], line[1], line[2] == "1")


def _joined(pairs: list[Pair], templates: Iterable[str]) -> dict[str, str]:
    """Template -> a name for its person: templates said to be the same belong together."""
    above = {name: name for name in templates}

    def top(name: str) -> str:
        while above[name] != name:
            above[name] = name = above[above[name]]
        return name

    for pair in pairs:
        if pair.same:
            above[top(pair.first)] = top(pair.second)
    return {name: top(name) for name in above}


def part(found: Comparisons, limit: int | None) -> Comparisons:
    """At most `limit` pairs, the same ones each time, half of them of the same person as near as
    can be, with the photos they need."""
    if limit is None or limit >= len(found.pairs):
        return found
    by_name = {f"{pair.first}|{pair.second}": pair for pair in found.pairs}
    order = [by_name[name] for name in stable(list(by_name))]
    same = [pair for pair in order if pair.same]
    different = [pair for pair in order if not pair.same]
    half = max(limit - len(different), min(len(same), -(-limit // 2)))
    chosen = [*same[:half], *different[: limit - half]]
    templates = {name for pair in chosen for name in (pair.first, pair.second)}
    made = {name: photos for name, photos in found.templates.items() if name in templates}
    needed = {name for names in made.values() for name in names}
    photos = [one for one in found.photos if one.name in needed]
    return Comparisons(photos, made, chosen, found.named, found.people)


def people(folder: Path) -> list[Sample[None]] | None:
    """A folder a person, as LFW is unpacked."""
    folders = [path for path in sorted(folder.iterdir()) if path.is_dir()]
    found = [
        Sample(path.relative_to(folder).as_posix(), path, None, one.name)
        for one in folders
        for path in sorted(one.iterdir())
        if path.suffix.lower() in PICTURES
    ]
    return found or None


def people_table(folder: Path) -> list[Sample[None]] | None:
    """A CSV with the columns file and person."""
    file = csv_with(folder, "file", "person")
    if file is None:
        return None
    return [
        Sample(row.text("file"), folder / row.text("file"), None, row.text("person"))
        for row in rows(file)
    ]


def listed_people(folder: Path) -> list[Sample[None]] | None:
    """CelebA's identity_CelebA.txt (photo, person)."""
    file = folder / "identity_CelebA.txt"
    if not file.is_file():
        return None
    top = next((f for f in ("img_align_celeba", "img_celeba") if (folder / f).is_dir()), ".")
    return [Sample(name, folder / top / name, None, who) for _, (name, who) in words(file)]


EXPECTS = (
    "a CSV of first, second, same and perhaps fold; LFW's pairs.txt; RFW's *_pairs.txt; "
    "IJB's *_face_tid_mid.txt with *_template_pair_label.txt"
)
PEOPLE = (people_table, listed_people, people)
PEOPLE_EXPECT = "a folder a person (LFW), a CSV of file and person, or CelebA's identity list"
