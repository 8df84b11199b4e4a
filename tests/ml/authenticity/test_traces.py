"""What files say beside their pixels is found where it stands, told as their own word, and harmless
where it is hostile."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ml import decode
from ml.authenticity import metadata_dates, metadata_generators, metadata_software, traces
from ml.authenticity.metadata_dates import MetadataDates
from ml.authenticity.metadata_generators import MetadataGenerators
from ml.authenticity.metadata_software import MetadataSoftware
from ml.authenticity.metadata_thumbnail import LAYER, MetadataThumbnail
from ml.authenticity.traces import Traces
from ml.contracts import Case, Output, View
from ml.registry import Device, Model
from ml.types import Claim, Finding, Picture
from ml.weights import Weights
from ml.xmp.flat import flat
from ml.xmp.namespaces import IPTC_TYPES
from tests.fitting.thumbnails import CHANGED

GREY = Image.new("RGB", (64, 48), "grey")
SETTINGS = "a face\nNegative prompt: none\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"
XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e" xmlns:s="urn:s">
 <rdf:Description {attributes}>{inside}</rdf:Description></rdf:RDF></x:xmpmeta>"""
MADE = f"{IPTC_TYPES}trainedAlgorithmicMedia"
TAKEN, DIGITISED, ZONE = 36867, 36868, 36881
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Save a grey picture with what Pillow can put beside it."""

    def saved(name: str = "a.jpg", **options: object) -> Path:
        path = tmp_path / name
        GREY.save(path, **options)
        return path

    return saved


def png(**texts: str) -> PngInfo:
    info = PngInfo()
    for name, value in texts.items():
        info.add_text(name, value)
    return info


def exif(
    main: dict[int, object] | None = None, camera: dict[int, object] | None = None, **gps: object
) -> Image.Exif:
    found = Image.Exif()
    found.update(main or {})
    found.get_ifd(34665).update(camera or {})
    found.get_ifd(34853).update({int(tag[1:]): value for tag, value in gps.items()})
    return found


def xmp(inside: str = "", attributes: str = "") -> bytes:
    return XMP.format(inside=inside, attributes=attributes).encode()


def look(model: type[Model], path: Path, taken: date | None = None) -> Output:
    view = View(decode.picture(path), case=Case(path, taken=taken))
    return model(Weights(Path("/nowhere")), Device.CPU).run(view)


def by_name(model: type[Model], path: Path, taken: date | None = None) -> dict[str, Finding]:
    return {one.name: one for one in look(model, path, taken).findings}


def notes(path: Path) -> str:
    return str(by_name(MetadataGenerators, path)["generator's notes"].value)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"parameters": SETTINGS}, "settings of Stable Diffusion"),
        ({"prompt": json.dumps({"3": {"class_type": "KSampler"}})}, "a graph of ComfyUI"),
        ({"invokeai_metadata": "{}"}, "settings of InvokeAI"),
        ({"fooocus_scheme": "fooocus"}, "settings of Fooocus"),
        ({"parameters": '{"sui_image_params": {}}'}, "settings of SwarmUI"),
        ({"Software": "NovelAI", "Source": "NovelAI Diffusion V4"}, "the name NovelAI"),
        (
            {"Description": "a face --v 6 Job ID: 0aa8dc46-dcad-4526-bb47-2a64eb8eb0fe"},
            "a job number of Midjourney",
        ),
    ],
)
def test_generators_are_known_by_what_they_write_into_png(
    write: Write, texts: dict[str, str], words: str
) -> None:
    path = write("a.png", pnginfo=png(**texts))
    assert words in notes(path)
    found = by_name(MetadataGenerators, path)["generator's notes"]
    assert found.claim is Claim.GENERATED and found.weight is None
    assert "anyone can write it" in found.reliability


@pytest.mark.parametrize("order", ["le", "be"])
def test_settings_are_found_in_a_jpegs_comment_in_either_order_of_bytes(
    write: Write, order: str
) -> None:
    comment = b"UNICODE\0" + SETTINGS.encode(f"utf-16-{order}")
    assert "Stable Diffusion" in notes(write(exif=exif(camera={37510: comment})))


def test_settings_behind_the_pixels_are_found(write: Write) -> None:
    path = write("a.png")
    body = b"parameters\0" + SETTINGS.encode()
    chunk = struct.pack(">I", len(body)) + b"tEXt" + body
    chunk += struct.pack(">I", zlib.crc32(b"tEXt" + body))
    content = path.read_bytes()
    path.write_bytes(content[:-12] + chunk + content[-12:])
    assert "Stable Diffusion" in notes(path)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
@pytest.mark.parametrize("how", ["element", "attribute"])
def test_iptcs_word_for_how_it_was_made_is_told(write: Write, name: str, how: str) -> None:
    inside = f"<e:DigitalSourceType>{MADE}</e:DigitalSourceType>" if how == "element" else ""
    packet = xmp(inside, "" if inside else f'e:DigitalSourceType="{MADE}"')
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet.decode())
    path = write(name, **({"pnginfo": info} if name.endswith("png") else {"xmp": packet}))
    found = by_name(MetadataGenerators, path)["IPTC source type"]
    assert found.value == "says it was made by a generative model"
    assert (found.claim, found.weight) == (Claim.GENERATED, None)


def test_parts_made_by_a_model_speak_of_editing(write: Write) -> None:
    address = MADE.replace("trained", "compositeWithTrained")
    path = write(
        xmp=xmp(attributes=f'e:DigitalSourceType="{address}" e:Credit="Edited with Google AI"')
    )
    found = by_name(MetadataGenerators, path)
    assert found["IPTC source type"].claim is Claim.EDITED
    assert found["editor's notes"].claim is Claim.EDITED
    assert found["generator's notes"].value == "none found"


def test_a_caption_about_generators_is_no_trace(write: Write) -> None:
    texts = png(Description="Our stand beside Midjourney and OpenAI", Title="Imagen del dia")
    assert notes(write("a.png", pnginfo=texts)) == "none found"
    assert notes(write(exif=exif({305: "Imagen 2", 270: "OpenAI office"}))) == "none found"


def test_no_camera_photo_carries_a_generators_trace(shared: Path) -> None:
    paths = sorted(
        path for name in ("faces", "places") for path in (shared / "photos" / name).iterdir()
    )
    assert len(paths) > 30
    for path in paths:
        found = traces.read(path)
        assert isinstance(found, Traces)
        (said,) = metadata_generators.findings(found)
        assert said.value == "none found", path.name


def test_hostile_packets_say_nothing_and_break_nothing(write: Write) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    outside = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x y="1">&a;</x>'
    deep = b"<a>" * 5000 + b"x" + b"</a>" * 5000
    for packet in (bomb, outside, deep, b"<a><b></a>", b"\0\1\2", b"", b"<" * 10000):
        assert flat(packet) == []
        assert notes(write(xmp=packet or b" ")) == "none found"
    many = xmp("".join(f"<e:k{i}>v</e:k{i}>" for i in range(3000)))
    assert flat(many) == []


def test_hostile_files_are_read_or_refused(shared: Path) -> None:
    for path in sorted((shared / "photos" / "hostile").iterdir())[::12]:
        found = traces.read(path)
        if isinstance(found, Traces):
            list(metadata_software.findings(found))
            list(metadata_dates.findings(found, None))


def test_programs_and_their_steps_are_told(write: Write) -> None:
    steps = (
        '<s:History><rdf:Seq><rdf:li s:action="created" s:softwareAgent="GIMP 2.10"/>'
        '<rdf:li><rdf:Description s:action="saved" s:when="2026-11-28T10:00:00Z">'
        "<s:softwareAgent>Adobe Photoshop 25.0</s:softwareAgent></rdf:Description></rdf:li>"
        "</rdf:Seq></s:History>"
    )
    path = write(xmp=xmp(steps), exif=exif({305: "HDR+ 1.0"}))
    found = by_name(MetadataSoftware, path)
    assert found["programs"].value == "saved by GIMP 2.10; Adobe Photoshop 25.0"
    said = "2 steps, the last: saved with Adobe Photoshop 25.0, 2026-11-28"
    assert found["history of saving"].value == said
    assert {one.weight for one in found.values()} == {None}


@pytest.mark.parametrize(
    ("make", "note", "words"),
    [
        ("NIKON", b"Nikon\0\2", "NIKON COOLPIX, with its maker's notes"),
        ("Canon", b"Nikon\0\2", "Canon COOLPIX, but the notes are in Nikon's form"),
        ("Canon", b"\x12\0\1\0", "Canon COOLPIX, with notes"),
        ("Canon", b"", "Canon COOLPIX, without its maker's notes"),
        ("", b"", "none named"),
    ],
)
def test_a_cameras_notes_are_compared_with_its_maker(
    write: Write, make: str, note: bytes, words: str
) -> None:
    main = {271: make, 272: "COOLPIX"} if make else {}
    path = write(exif=exif(main, {37500: note} if note else {}))
    assert by_name(MetadataSoftware, path)["camera"].value == words


@pytest.mark.parametrize(
    ("changed", "camera", "gps", "words"),
    [
        ("2026:11:01 12:00:00", {}, {}, "nothing contradicts"),
        ("2026:11:03 12:00:00", {}, {}, "changed 2 days after it was taken"),
        ("2026:10:01 12:00:00", {}, {}, "last changed 31 days before it was taken"),
        ("", {DIGITISED: "2025:11:01 12:00:00"}, {}, "taken and digitised 365 days apart"),
        ("", {TAKEN: "2999:01:01 00:00:00"}, {}, "taken in the future"),
        ("", {}, {"t29": "2026:11:01", "t7": (10.0, 0.0, 0.0)}, "nothing contradicts"),
        ("", {}, {"t29": "2026:10:01", "t7": (10.0, 0.0, 0.0)}, "31 days from that of the satel"),
        ("", {ZONE: "+02:00"}, {"t29": "2026:11:01", "t7": (10.0, 3.0, 0.0)}, "nothing contrad"),
        ("", {ZONE: "+02:00"}, {"t29": "2026:11:01", "t7": (11.0, 0.0, 0.0)}, "do not agree"),
    ],
)
def test_times_are_compared_with_each_other(
    write: Write, changed: str, camera: dict[int, object], gps: dict[str, object], words: str
) -> None:
    main: dict[int, object] = {306: changed} if changed else {}
    path = write(exif=exif(main, {TAKEN: "2026:11:01 12:00:00"} | camera, **gps))
    found = by_name(MetadataDates, path)["times"]
    assert words in str(found.value) and found.weight is None


def test_the_day_is_compared_with_when_it_is_said_to_be_taken(write: Write) -> None:
    path = write(exif=exif(camera={TAKEN: "2026:11:01 12:00:00"}))
    told = [by_name(MetadataDates, path, day)["day of taking"].value
            for day in (date(2026, 11, 1), date(2026, 10, 2))]  # fmt: skip
    assert told == ["the same day", "30 days from the day it is said to be"]
    assert by_name(MetadataDates, write("b.jpg"))["times"].value is None


@pytest.mark.parametrize(
    ("gps", "words"),
    [
        ({"t2": (0.0, 0.0, 0.0), "t4": (0.0, 0.0, 0.0)}, "where programs put what has no place"),
        ({"t2": (97.0, 0.0, 0.0), "t4": (0.0, 0.0, 0.0)}, "a latitude of 97°"),
        ({"t6": 20000.0}, "20000 m"),
        ({"t2": (51.0, 0.0, 0.0), "t4": (4.0, 0.0, 0.0), "t6": 120.0}, ""),
    ],
)
def test_a_position_that_is_nowhere_is_told(
    write: Write, gps: dict[str, object], words: str
) -> None:
    found = by_name(MetadataDates, write(exif=exif(**gps)))
    assert words in str(found["position"].value) if words else "position" not in found


def thumbnailed(path: Path, photo: Image.Image, small: Image.Image) -> Path:
    """A JPEG with a small picture in its EXIF, which Pillow reads but cannot write."""
    body = io.BytesIO()
    small.save(body, "JPEG", quality=80)
    jpeg = body.getvalue()
    first = struct.pack(">HI", 0, 14)  # no tags, then where the second directory is
    second = struct.pack(">HHHII", 2, 513, 4, 1, 44) + struct.pack(">HHII", 514, 4, 1, len(jpeg))
    block = b"Exif\0\0MM\0*" + struct.pack(">I", 8) + first + second + struct.pack(">I", 0)
    photo.save(path, exif=block + jpeg, quality=90)
    return path


@pytest.fixture
def photo(astronaut: Path) -> Image.Image:
    return Image.open(astronaut).convert("RGB").resize((600, 400))


def small_of(photo: Image.Image) -> Image.Image:
    return photo.resize((160, 107))


def verdict(path: Path) -> tuple[str, Output]:
    output = look(MetadataThumbnail, path)
    (finding,) = output.findings
    assert finding.weight is None and finding.claim is Claim.EDITED
    return str(finding.value), output


def test_a_small_picture_made_of_the_photo_shows_the_same(
    photo: Image.Image, tmp_path: Path
) -> None:
    barred = Image.new("RGB", (160, 120))
    barred.paste(small_of(photo), (0, 6))
    darker = small_of(photo).point(lambda value: int(value * 0.8))
    for small in (small_of(photo), barred, darker):
        said, output = verdict(thumbnailed(tmp_path / "a.jpg", photo, small))
        assert said == "shows the same" and output.marks == ()


def test_a_change_in_one_place_is_told_and_shown_where_it_is(
    photo: Image.Image, tmp_path: Path
) -> None:
    small = small_of(photo)
    photo.paste(Image.new("RGB", (120, 120), "white"), (400, 40))
    said, output = verdict(thumbnailed(tmp_path / "a.jpg", photo, small))
    assert said == "shows something else in one place"
    (mark,) = output.marks
    assert output.findings[0].layer == mark.layer == LAYER
    heat = np.asarray(Image.open(io.BytesIO(mark.raster)).resize((600, 400)))
    y, x = np.argwhere(heat == heat.max()).mean(axis=0)
    assert 400 <= x < 520 and 40 <= y < 160


def test_another_picture_is_told_as_another(photo: Image.Image, tmp_path: Path) -> None:
    other = Image.effect_noise((160, 107), 90).convert("RGB").resize((20, 13)).resize((160, 107))
    said, output = verdict(thumbnailed(tmp_path / "a.jpg", photo, other))
    assert said == "shows something else, or another part of it" and output.marks == ()


def test_a_photo_turned_since_is_told_as_turned(photo: Image.Image, tmp_path: Path) -> None:
    turned = photo.transpose(Image.Transpose.ROTATE_90)
    said, _ = verdict(thumbnailed(tmp_path / "a.jpg", turned, small_of(photo)))
    assert said == "shows the same, turned"


@pytest.mark.parametrize("largest", [400_000, pytest.param(10_000_000, marks=pytest.mark.long)])
def test_no_camera_photo_is_said_to_differ_from_its_small_picture(
    shared: Path, largest: int
) -> None:
    """Also those that fitted the limit: python -m tests.fitting.thumbnails tells them apart."""
    paths = [path for name in ("faces", "places") for path in (shared / "photos" / name).iterdir()]
    told = {
        path.name: verdict(path)[0]
        for path in paths
        if path.stat().st_size < largest and path.name not in CHANGED
    }
    assert set(told.values()) <= {"shows the same", "None"}
    assert list(told.values()).count("shows the same") >= 10


def test_without_the_file_nothing_is_said() -> None:
    view = View(Picture(np.zeros((8, 8, 3), np.uint8)))
    for model in (MetadataGenerators, MetadataSoftware, MetadataDates, MetadataThumbnail):
        (finding,) = model(Weights(Path("/nowhere")), Device.CPU).run(view).findings
        assert finding.value is None and "the file itself is needed" in finding.note
