"""From the stored picture to the upright one and back, in all eight orientations."""

from __future__ import annotations

import pytest
from PIL import Image

from ml.decoding.opening import TRANSPOSES
from ml.types import Box
from ml.xmp.frames import TURNED, boxes, stored, stored_size
from ml.xmp.reading import regions_of
from ml.xmp.region import Region, Regions
from ml.xmp.writing import packet_of

SIZE = 400, 300
FACE = Box(60, 90, 110, 170)
ORIENTATIONS = list(range(1, 9))


def near(found: Box, wanted: Box, by: float = 0.01) -> bool:
    edges = zip(found.to_json(), wanted.to_json(), strict=True)
    return all(abs(one - other) <= by for one, other in edges)


def written(orientation: int, name: str = "Anna") -> Regions:
    region = stored(FACE, name, orientation, SIZE)
    return Regions((region,), stored_size(SIZE, orientation))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_what_is_written_is_where_the_stored_pixels_are(orientation: int) -> None:
    """A white rectangle in a picture stored so; turned as the decoder turns it, it is the face."""
    regions = written(orientation)
    width, height = stored_size(SIZE, orientation)
    picture = Image.new("L", (width, height))
    region = regions.items[0]
    edges = (region.left * width, region.top * height, region.right * width, region.bottom * height)
    picture.paste(255, tuple(round(edge) for edge in edges))
    if orientation in TRANSPOSES:
        picture = picture.transpose(TRANSPOSES[orientation])
    assert picture.size == SIZE
    assert picture.getbbox() == tuple(FACE.to_json())


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_written_and_read_back_is_the_same(orientation: int) -> None:
    back = regions_of(packet_of(written(orientation)))
    assert [item.name for item in back.items] == ["Anna"]
    assert near(boxes(back, orientation, SIZE, [])[0], FACE)


@pytest.mark.parametrize("orientation", sorted(TURNED))
def test_the_size_tells_that_regions_are_of_the_upright_picture(orientation: int) -> None:
    regions = Regions((stored(FACE, "Anna", 1, SIZE),), SIZE)
    assert near(boxes(regions, orientation, SIZE, [])[0], FACE)


@pytest.mark.parametrize("orientation", ORIENTATIONS[1:])
@pytest.mark.parametrize("frame", ["stored", "shown"])
def test_where_no_size_tells_the_faces_do(orientation: int, frame: str) -> None:
    turned = orientation if frame == "stored" else 1
    regions = Regions((stored(FACE, "Anna", turned, SIZE),))
    seen = Box(FACE.left - 5, FACE.top - 9, FACE.right + 4, FACE.bottom + 3)
    assert near(boxes(regions, orientation, SIZE, [seen])[0], FACE)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_where_nothing_tells_the_standard_holds(orientation: int) -> None:
    regions = Regions((stored(FACE, "Anna", orientation, SIZE),))
    assert near(boxes(regions, orientation, SIZE, [])[0], FACE)


def test_a_face_that_reaches_beyond_the_photo_is_cut_at_its_edge() -> None:
    region = stored(Box(-20, -30, 100, 150), "", 1, SIZE)
    assert region == Region("", 0.0, 0.0, 0.25, 0.5)


def test_names_are_written_as_text_whatever_they_hold() -> None:
    odd = "Ann & <Ben>\x01\u202e 'x' ]]>"
    packet = packet_of(Regions((Region(odd, 0.1, 0.1, 0.2, 0.2), Region("", 0.5, 0.5, 0.6, 0.6))))
    back = regions_of(packet)
    assert [item.name for item in back.items] == ["Ann & <Ben> 'x' ]]>", ""]
    assert packet.count(b"Ann &amp;") == 3  # the region, the keyword, the person shown
    assert back.applied is None
