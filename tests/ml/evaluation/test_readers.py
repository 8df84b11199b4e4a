"""Data are read as people have them, and what is wrong with them is said with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from ml.evaluation.readers import pairs, people
from ml.evaluation.readers.samples import BadData, layout, part, read


def photo(path: Path, size: tuple[int, int] = (64, 64)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, "grey").save(path)
    return path


def persons(folder: Path) -> list[tuple[str, people.Person]]:
    found = read(folder, people.READERS, people.EXPECTS)
    return [(one.name, one.truth) for one in found]


def compared(folder: Path) -> pairs.Comparisons:
    return layout(folder, pairs.comparisons, pairs.EXPECTS)


def test_utkface_by_names(tmp_path: Path) -> None:
    photo(tmp_path / "62_0_3_20170111205902585.jpg.chip.jpg")
    photo(tmp_path / "4_1_1_20170111205902585.jpg")
    assert persons(tmp_path) == [
        ("4_1_1_20170111205902585.jpg", people.Person(4.0, "female", "black")),
        ("62_0_3_20170111205902585.jpg.chip.jpg", people.Person(62.0, "male", "indian")),
    ]


def test_utkface_names_that_are_wrong(tmp_path: Path) -> None:
    photo(tmp_path / "62_0_3_20170111205902585.jpg")
    photo(tmp_path / "61_2_3_20170109150557335.jpg")
    with pytest.raises(BadData, match=r"61_2_3_20170109150557335.jpg is not named"):
        persons(tmp_path)


def test_utkface_names_that_lack_a_number_tell_the_age(tmp_path: Path) -> None:
    photo(tmp_path / "61_1_20170109150557335.jpg.chip.jpg")  # one of three such files in the set
    assert [person for _, person in persons(tmp_path)] == [people.Person(61.0)]


def test_labels_in_a_table(tmp_path: Path) -> None:
    photo(tmp_path / "a.jpg")
    photo(tmp_path / "b.jpg")
    (tmp_path / "labels.csv").write_text(
        'file,age,"gender(0 male,1 female)",race,person\na.jpg,30,0,2,x\nb.jpg,,female,,x\n'
    )
    assert persons(tmp_path) == [
        ("a.jpg", people.Person(30.0, "male", "asian")),
        ("b.jpg", people.Person(None, "female", None)),
    ]
    found = read(tmp_path, people.READERS, people.EXPECTS)
    assert [one.identity for one in found] == ["x", "x"]
    assert [one.groups["age"] for one in found] == ["30-44", ""]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a.jpg,old,0", "labels.csv, line 2: age is 'old', not a number"),
        ("a.jpg,300,0", "line 2: age is 300, not between 0 and 120"),
        ("a.jpg,30,7", "line 2: gender is '7', not one of"),
        ("a.jpg,30", "line 2: 2 values for 3 columns"),
        ("z.jpg,30,0", "1 of 1 photos are not there"),
        ("a.jpg,30,0\na.jpg,31,0", "a.jpg is labelled twice"),
    ],
)
def test_wrong_labels_are_told_with_their_line(tmp_path: Path, line: str, said: str) -> None:
    photo(tmp_path / "a.jpg")
    (tmp_path / "labels.csv").write_text(f"file,age,gender\n{line}\n")
    with pytest.raises(BadData, match=said):
        persons(tmp_path)


def test_a_folder_an_expression(tmp_path: Path) -> None:
    photo(tmp_path / "test" / "fear" / "1.png", (48, 48))
    photo(tmp_path / "test" / "happy" / "1.png", (300, 300))
    found = read(tmp_path, people.READERS, people.EXPECTS)
    assert [one.truth.expression for one in found] == ["afraid", "happy"]
    assert [one.enlarge for one in found] == [people.FER_ENLARGED, 1]


def test_a_folder_that_names_no_expression(tmp_path: Path) -> None:
    photo(tmp_path / "fear" / "1.png")
    photo(tmp_path / "bored" / "1.png")
    with pytest.raises(BadData, match="bored names no expression"):
        persons(tmp_path)


def test_empty_missing_and_foreign_folders(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="is empty"):
        persons(tmp_path)
    with pytest.raises(BadData, match="is no folder"):
        persons(tmp_path / "none")
    (tmp_path / "readme").write_text("nothing")
    with pytest.raises(BadData, match="It takes UTKFace"):
        persons(tmp_path)


def test_a_part_is_stable_and_lies_within_a_larger(tmp_path: Path) -> None:
    for number in range(20):
        photo(tmp_path / f"{number}_0_0_2017.jpg")
    samples = read(tmp_path, people.READERS, people.EXPECTS)
    small, large = ({one.name for one in part(samples, n)} for n in (5, 9))
    assert len(small) == 5 and small < large
    for path in sorted(tmp_path.iterdir())[:3]:  # taking others away moves nobody
        if path.name not in small:
            path.unlink()
    fewer = read(tmp_path, people.READERS, people.EXPECTS)
    assert {one.name for one in part(fewer, 5)} == small


def lfw(folder: Path) -> Path:
    for name, count in (("Ann_A", 2), ("Bob_B", 1), ("Cy_C", 2)):
        for number in range(count):
            photo(folder / "lfw" / name / f"{name}_{number + 1:04}.jpg")
    (folder / "pairs.txt").write_text("2\t1\nAnn_A\t1\t2\nAnn_A\t1\tBob_B\t1\n"
                                      "Cy_C\t1\t2\nCy_C\t2\tBob_B\t1\n")  # fmt: skip
    return folder


def test_lfw_pairs(tmp_path: Path) -> None:
    found = compared(lfw(tmp_path))
    assert [(pair.same, pair.fold) for pair in found.pairs] == [
        (True, 0), (False, 0), (True, 1), (False, 1),
    ]  # fmt: skip
    assert found.pairs[0].second == "Ann_A/Ann_A_0002.jpg"
    assert found.named and {one.identity for one in found.photos} == {"Ann_A", "Bob_B", "Cy_C"}


def test_pairs_in_a_table(tmp_path: Path) -> None:
    lfw(tmp_path)
    (tmp_path / "lfw" / "pairs.csv").write_text(
        "first,second,same,fold\nAnn_A/Ann_A_0001.jpg,Ann_A/Ann_A_0002.jpg,1,3\n"
    )
    (pair,) = compared(tmp_path / "lfw").pairs
    assert pair.same and pair.fold == 3


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("A/1.jpg,A/2.jpg,1\nA/2.jpg,A/1.jpg,1", "line 3: the same pair as in line 2"),
        ("A/1.jpg,A/1.jpg,1", "compared with itself"),
        ("A/1.jpg,A/2.jpg,0", "said to be two people, their folders say otherwise"),
        ("A/1.jpg,B/1.jpg,yes", "same is 'yes', not one of 0, 1"),
    ],
)
def test_wrong_pairs(tmp_path: Path, lines: str, said: str) -> None:
    (tmp_path / "pairs.csv").write_text(f"first,second,same\n{lines}\n")
    with pytest.raises(BadData, match=said):
        compared(tmp_path)


def test_lfw_lists_that_are_cut_short(tmp_path: Path) -> None:
    lfw(tmp_path)
    text = (tmp_path / "pairs.txt").read_text().splitlines()
    (tmp_path / "pairs.txt").write_text("\n".join(text[:-1]))
    with pytest.raises(BadData, match="holds 3 pairs"):
        compared(tmp_path)


def test_a_part_of_pairs_is_half_of_each_kind(tmp_path: Path) -> None:
    found = compared(lfw(tmp_path))
    some = pairs.part(found, 2)
    assert sorted(pair.same for pair in some.pairs) == [False, True]
    assert len(some.photos) < len(found.photos)


def test_templates_of_many_photos(tmp_path: Path) -> None:
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        photo(tmp_path / "loose_crop" / name)
    meta = tmp_path / "meta"
    meta.mkdir()
    (meta / "ijbc_face_tid_mid.txt").write_text("1.jpg 7 1\n2.jpg 7 2\n3.jpg 9 3\n")
    (meta / "ijbc_template_pair_label.txt").write_text("7 9 0\n")
    found = compared(tmp_path)
    assert found.templates == {"7": ("1.jpg", "2.jpg"), "9": ("3.jpg",)}
    assert not found.named and len(found.photos) == 3
    (meta / "ijbc_template_pair_label.txt").write_text("7 8 0\n")
    with pytest.raises(BadData, match="line 1: no photo is of template 8"):
        compared(tmp_path)


def test_pairs_by_race(tmp_path: Path) -> None:
    (tmp_path / "txts" / "Asian").mkdir(parents=True)
    for name in ("m.01_0001.jpg", "m.01_0002.jpg"):
        photo(tmp_path / "data" / "Asian" / "m.01" / name)
    photo(tmp_path / "data" / "Asian" / "m.02" / "m.02_0001.jpg")
    (tmp_path / "txts" / "Asian" / "Asian_pairs.txt").write_text("m.01 1 2\nm.01 1 m.02 1\n")
    found = compared(tmp_path)
    assert [pair.same for pair in found.pairs] == [True, False]
    assert {one.groups["race"] for one in found.photos} == {"asian"}
    assert all(one.photo.is_file() for one in found.photos)
