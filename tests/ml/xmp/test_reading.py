"""What other programs write about people is read, and what attackers write does no harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.errors import BadXMP
from ml.xmp.reading import regions_of
from ml.xmp.region import Region, Regions, clean
from ml.xmp.tree import DEEPEST, MOST_ELEMENTS
from tests.ml.xmp.samples import ANNA, BEN, LAYOUTS, PICASA, mwg, mwg_entry, packet

BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><x>&c;&c;&c;&c;&c;</x>"""
OUTSIDE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'


def names(regions: Regions) -> list[str]:
    return [item.name for item in regions.items]


def edges(region: Region) -> list[float]:
    return [region.left, region.top, region.right, region.bottom]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_reads_the_people_of_each_layout(layout: str) -> None:
    found = {item.name: edges(item) for item in regions_of(LAYOUTS[layout]).items if item.name}
    assert found.keys() == {"Anna", "Ben"}
    assert found["Anna"] == pytest.approx([0.2, 0.4, 0.3, 0.6])
    assert found["Ben"] == pytest.approx([0.65, 0.35, 0.85, 0.65])


@pytest.mark.parametrize("layout", ["picasa", "digikam", "lightroom", "apple", "acdsee"])
def test_reads_the_size_they_apply_to(layout: str) -> None:
    assert regions_of(LAYOUTS[layout]).applied == (400, 300)


def test_faces_without_a_name_are_kept_as_nobodys() -> None:
    assert names(regions_of(LAYOUTS["apple"])) == ["Anna", "", "Ben"]


def test_a_single_region_needs_no_list() -> None:
    inside = mwg_entry(*ANNA).removeprefix('<rdf:li rdf:parseType="Resource">')
    single = (
        '<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList rdf:parseType="Resource">'
        f"{inside.removesuffix('</rdf:li>')}</mwg-rs:RegionList></mwg-rs:Regions>"
    )
    assert names(regions_of(packet(single))) == ["Anna"]


def test_xmp_without_regions_names_nobody() -> None:
    assert regions_of(packet("<dc:subject><rdf:Bag/></dc:subject>")) == Regions()


@pytest.mark.parametrize(
    "rectangle",
    [
        *[("nan", 0.5, 0.1, 0.1), (0.5, "inf", 0.1, 0.1), (0.5, 0.5, "1e999", 0.1)],
        *[(0.5, 0.5, -0.1, 0.1), (0.5, 0.5, 0, 0.1), (0.5, 0.5, 40, 0.1), (7, 0.5, 0.1, 0.1)],
        *[("", 0.5, 0.1, 0.1), ("0,5", 0.5, 0.1, 0.1), ("half", 0.5, 0.1, 0.1)],
    ],
)
def test_rectangles_that_are_none_are_left_out(rectangle: tuple[object, ...]) -> None:
    x, y, w, h = rectangle
    assert names(regions_of(mwg(mwg_entry("Anna", x, y, w, h), mwg_entry(*BEN)))) == ["Ben"]


@pytest.mark.parametrize("size", [(0, 300), (-400, 300), (10**9, 300), ("nan", 300)])
def test_sizes_that_are_none_are_left_out(size: tuple[int, int]) -> None:
    assert regions_of(mwg(mwg_entry(*ANNA), applied=size)).applied is None


def test_names_lose_what_cannot_be_seen() -> None:
    odd = "  An\u202ena\u200b\n\tO&apos;Neil\u2066 "
    assert names(regions_of(mwg(mwg_entry(odd, *ANNA[1:])))) == ["Anna O'Neil"]
    assert clean("A\x00\x1b[31m") == "A[31m"
    assert clean("e\u0301") == "\u00e9"
    assert len(clean("x" * 5000)) == 120
    assert clean(" \u202e ") == ""


@pytest.mark.parametrize("attack", [BOMB, OUTSIDE, b"<!DOCTYPE x><x/>"])
def test_no_document_type_is_read(attack: bytes) -> None:
    with pytest.raises(BadXMP) as refused:
        regions_of(attack)
    assert refused.value.code == "not-xmp"


@pytest.mark.parametrize(
    "damaged",
    [
        *[b"", b"\0" * 100, b"<", b"Dear Anna", PICASA[:-300], PICASA[:300]],
        *[b"<x/>", b"<html><body/></html>", b'<?xml version="1.0" encoding="klingon"?><x/>'],
        *[b'<?xml version="1.0" encoding="utf-16"?><x/>', b"<x>\xff\xfe</x>", b"\x1f\x8b\x08"],
        *[b"<a:b/>", b"<x>&nbsp;</x>", b'<?xml version="1.0" encoding="base64"?><x/>'],
    ],
)
def test_what_is_no_xmp_is_refused_by_name(damaged: bytes) -> None:
    with pytest.raises(BadXMP) as refused:
        regions_of(damaged)
    assert refused.value.code == "not-xmp"


@pytest.mark.parametrize("attack", [
    PICASA + b" " * 10_000_000,
    b"<x>" * (DEEPEST + 2) + b"</x>" * (DEEPEST + 2),
    b"<x>" + b"<y/>" * MOST_ELEMENTS + b"</x>",
], ids=["long", "deep", "many"])  # fmt: skip
def test_what_is_too_much_is_refused(attack: bytes) -> None:
    with pytest.raises(BadXMP) as refused:
        regions_of(attack)
    assert refused.value.code == "too-many-bytes"


def test_what_fills_up_space_is_no_damage() -> None:
    assert names(regions_of(PICASA + b"\0" * 1000)) == ["Anna", "Ben"]
    assert names(regions_of(PICASA.decode().encode("utf-16"))) == ["Anna", "Ben"]


@given(st.binary(max_size=300), st.integers(0, len(PICASA)))
def test_damage_anywhere_is_read_or_refused(damage: bytes, at: int) -> None:
    try:
        found = regions_of(PICASA[:at] + damage + PICASA[at + len(damage) :])
    except BadXMP:
        return
    assert all(0 <= item.left + item.right <= 2 for item in found.items)
