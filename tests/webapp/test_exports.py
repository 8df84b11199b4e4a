"""Albums: what is packed, what must stay out, and how long a ZIP is given out."""

from __future__ import annotations

import csv
import json
from collections import namedtuple
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from pytest_django.fixtures import Settings

from ml.registry import Sensitive
from ml.types import Ran
from ml.xmp.reading import regions_of
from tests.webapp.albums import an_export, an_order, opened, packed
from tests.webapp.object_store import ObjectStore
from tests.webapp.rows import LEFT, RIGHT, a_gallery, a_job, a_photo, a_report, a_user, grown_old
from webapp.albums import parts, writing
from webapp.jobs import artifacts
from webapp.jobs.results import replace_results
from webapp.models import Artifact, AuditLine, Export, Gallery, Job, Membership, Photo, User
from webapp.services import exports as services
from webapp.services.exports import Withheld, export_fetch, exports_tidy
from webapp.services.faces import face_name
from webapp.services.galleries import sensitive_choose
from webapp.services.photos import photo_add, photo_erase, photo_restore, photo_trash

pytestmark = pytest.mark.django_db
PLAIN = {"annotated": False}  # the originals of these tests are no pictures
Status = Job.Status


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.SCRATCH_DIR = tmp_path / "media", tmp_path / "scratch"
    settings.MEDIA_ROOT.mkdir()
    settings.SCRATCH_DIR.mkdir()


@pytest.fixture
def anna() -> User:
    return a_user()


@pytest.fixture
def gallery(anna: User) -> Gallery:
    return a_gallery(owner=anna)


@pytest.fixture
def photo(gallery: Gallery) -> Photo:
    """Two faces; the first looks 30, and is one of Anna's."""
    photo = a_photo(gallery)
    looked_at(photo)
    return photo


def looked_at(photo: Photo, sensitive: Sensitive = Sensitive.NOT) -> None:
    report = a_report(LEFT, RIGHT)
    ager = Ran("ager", "age", "a1", 1, 0.2, sensitive)
    runs = tuple(ager if ran.model == "ager" else ran for ran in report.runs)
    job = a_job(photo, "finder", "ager", "measurer")
    replace_results(job, photo, replace(report, runs=runs), {})


def table(files: dict[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(files["album.csv"].decode())))


def said(files: dict[str, bytes]) -> list[dict[str, str]]:
    """The lines of readings; a face of which nothing was read has one with its box."""
    return [row for row in table(files) if row["model"]]


def test_a_gallery_is_packed_with_all_that_is_known(
    gallery: Gallery, anna: User, astronaut: Path
) -> None:
    photo = photo_add(gallery=gallery, by=anna, name="Ann.jpg", file=astronaut).photo
    looked_at(photo)
    face_name(face=photo.faces.get(position=0), name="Bea", by=anna)
    made = Artifact(run=photo.runs.first(), kind="cut-out", media_type="image/png", size=4)
    made.sha256 = "ab" * 32
    made.file.save("x.png", ContentFile(b"made"))
    files, listing = opened(an_export(gallery, anna))
    assert sorted(files) == [
        *("album.csv", "album.json", "annotated/Ann.jpg", "made/Ann/cut-out-abababab.png"),
        *("photos/Ann.jpg", "photos/Ann.xmp", "results/Ann.csv", "results/Ann.json"),
    ]
    assert files["photos/Ann.jpg"] == astronaut.read_bytes()
    assert files["annotated/Ann.jpg"].startswith(b"\xff\xd8")
    (region,) = [one for one in regions_of(files["photos/Ann.xmp"]).items if one.name]
    assert region.name == "Bea"
    assert json.loads(files["results/Ann.json"])["faces"][0]["name"] == "Bea"
    assert [(row["file"], row["face"], row["value"]) for row in table(files)] == [
        ("Ann.jpg", "1", "30.0"),
        ("Ann.jpg", "2", "31.0"),
    ]
    assert (listing["gallery"], listing["photos"][0]["faces"]) == ("Ours", 2)
    assert {model["model"] for model in listing["models"]} == {"finder", "ager", "measurer"}


def test_templates_of_faces_are_in_no_album(photo: Photo, gallery: Gallery, anna: User) -> None:
    assert photo.faces.first().embeddings.count() == 1  # type: ignore[union-attr]
    files, _ = opened(an_export(gallery, anna, **PLAIN))
    assert json.loads(files["results/photo.json"])["embeddings"] == []
    assert not any(b"vector" in content for content in files.values())


@pytest.mark.parametrize("left_out", ["originals", "results", "made"])
def test_what_is_not_asked_for_stays_out(
    left_out: str, photo: Photo, gallery: Gallery, anna: User
) -> None:
    folder = {"originals": "photos/"}.get(left_out, f"{left_out}/")
    files, listing = opened(an_export(gallery, anna, **PLAIN | {left_out: False}))
    assert not [name for name in files if name.startswith(folder)]
    assert left_out not in listing["contains"]


def test_only_the_selected_photos_are_packed(gallery: Gallery, anna: User) -> None:
    first, _, third = (a_photo(gallery) for _ in range(3))
    other = a_photo(a_gallery())
    chosen = [str(one.pk) for one in (third, first, other)]
    export = an_export(gallery, anna, photos=chosen, **PLAIN)
    _, listing = opened(export)
    assert [one["id"] for one in listing["photos"]] == [str(first.pk), str(third.pk)]
    assert set(export.photos.all()) == {first, third}


def test_no_cell_is_a_formula(photo: Photo, gallery: Gallery, anna: User) -> None:
    Photo.objects.update(name="@SUM(1).jpg")
    face_name(face=photo.faces.get(position=0), name="=1+1", by=anna)
    photo.runs.get(model="ager").readings.filter(face__position=0).update(
        note="-2+3", unit="+x", number=-3
    )
    files, _ = opened(an_export(gallery, anna, **PLAIN))
    row = table(files)[0]
    assert (row["file"], row["person"]) == ("'@SUM(1).jpg", "'=1+1")
    assert (row["note"], row["unit"], row["value"]) == ("'-2+3", "'+x", "-3.0")


def test_the_order_is_that_of_adding(gallery: Gallery, anna: User) -> None:
    ids = [str(a_photo(gallery).pk) for _ in range(5)]
    for export in (an_export(gallery, anna, **PLAIN), an_export(gallery, anna, **PLAIN)):
        _, listing = opened(export)
        assert [one["id"] for one in listing["photos"]] == ids


def test_sensitive_kinds_that_are_off_are_not_packed(gallery: Gallery, anna: User) -> None:
    photo = a_photo(gallery)
    sensitive_choose(gallery=gallery, kind=Sensitive.AGE, on=True, by=anna)
    looked_at(photo, Sensitive.AGE)
    with_age = an_export(gallery, anna, **PLAIN)
    assert with_age.sensitive == "age"
    assert table(opened(with_age)[0])
    sensitive_choose(gallery=gallery, kind=Sensitive.AGE, on=False, by=anna)
    assert not Export.objects.exists()
    without = an_export(gallery, anna, **PLAIN)
    files, listing = opened(without)
    assert (without.sensitive, listing["sensitive"], said(files)) == ("", [], [])
    assert not any(b"ager" in content for content in files.values())


@pytest.mark.parametrize("what", ["erased", "trashed", "turned off"])
@pytest.mark.parametrize("when", ["between photos", "at the end"])
def test_what_changes_while_it_is_packed_is_not_offered(
    what: str, when: str, gallery: Gallery, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It starts over, and the finished ZIP holds nothing of it."""
    sensitive_choose(gallery=gallery, kind=Sensitive.AGE, on=True, by=anna)
    gone, stays = a_photo(gallery), a_photo(gallery)
    looked_at(gone, Sensitive.AGE)
    looked_at(stays, Sensitive.AGE)
    starts: list[int] = []

    def change() -> None:
        starts.append(1)
        if len(starts) > 1:
            return
        if what == "erased":
            photo_erase(photo=gone, by=anna)
        elif what == "trashed":
            photo_trash(photo=gone, by=anna)
        else:
            sensitive_choose(gallery=gallery, kind=Sensitive.AGE, on=False, by=anna)

    monkeypatch.setattr("webapp.chores.export.LOOK_EVERY", 0)
    module, name = (writing, "_remember") if when == "between photos" else (services, "file_digest")
    real = getattr(module, name)

    def meanwhile(*arguments: Any) -> Any:
        result = real(*arguments)
        change()
        return result

    monkeypatch.setattr(module, name, meanwhile)
    export = an_export(gallery, anna, **PLAIN)
    files, listing = opened(export)
    ids = {one["id"] for one in listing["photos"]}
    if what == "turned off":
        assert ids == {str(gone.pk), str(stays.pk)} and said(files) == []
    else:
        assert ids == {str(stays.pk)}
    assert len(starts) >= 2
    assert [path.name for path in zips()] == [f"{export.pk}.zip"]


def zips() -> list[Path]:
    return list(Path(django_settings.MEDIA_ROOT).rglob("exports/*"))


def test_restless_galleries_are_given_up(
    photo: Photo, gallery: Gallery, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "may_hold", lambda *_: False)
    job = packed(an_order(gallery, anna, **PLAIN))
    assert (job.status, "changed each time" in job.error) == (Status.FAILED, True)
    assert not zips()


def test_no_export_begins_on_a_full_disk(
    photo: Photo, gallery: Gallery, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(writing.shutil, "disk_usage", lambda _: usage(201 * 1000**2))
    Photo.objects.update(size=3 * 1024**3)
    job = packed(an_order(gallery, anna, **PLAIN))
    assert job.status == Status.FAILED
    assert job.error.startswith("The disk has no room for this album: it takes about 3.0 GB, 191.7")


def test_it_stops_when_the_disk_fills_up(
    photo: Photo, gallery: Gallery, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter([10**12, 10**12, 10**12, *[10**6] * 9])
    usage = namedtuple("usage", "free")
    a_photo(gallery)
    monkeypatch.setattr(writing.shutil, "disk_usage", lambda _: usage(next(left)))
    job = packed(an_order(gallery, anna, **PLAIN))
    assert job.error.startswith("The disk has no room for this album.")
    assert not zips()


def test_an_empty_gallery_says_so(gallery: Gallery, anna: User) -> None:
    assert "no photos to pack" in packed(an_order(gallery, anna)).error


def test_whoever_left_gets_nothing(photo: Photo, gallery: Gallery) -> None:
    bob = a_user()
    assert "no photos to pack" in packed(an_order(gallery, bob, **PLAIN)).error
    Membership.objects.create(gallery=gallery, user=bob, role=Membership.Role.VIEWER)
    assert an_export(gallery, bob, **PLAIN).count == 1


def test_a_cancelled_export_offers_nothing(
    photo: Photo, gallery: Gallery, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = an_order(gallery, anna, **PLAIN)
    real = services.file_digest

    def stopped(*arguments: Any) -> Any:
        job.move(to=Status.CANCELLING, since=(Status.RUNNING,))
        return real(*arguments)

    monkeypatch.setattr(services, "file_digest", stopped)
    assert packed(job).status == Status.CANCELLED
    assert not zips() and not Export.objects.exists()


def test_called_again_after_it_was_offered_it_makes_no_second(
    photo: Photo, gallery: Gallery, anna: User
) -> None:
    export = an_export(gallery, anna, **PLAIN)
    Job.objects.update(status=Status.QUEUED)  # the worker died before it could say so
    assert export.job is not None
    assert packed(export.job).status == Status.DONE
    assert list(Export.objects.all()) == [export]


def test_trashing_withholds_and_the_next_round_deletes(
    photo: Photo, gallery: Gallery, anna: User
) -> None:
    export = an_export(gallery, anna, **PLAIN)
    photo_trash(photo=photo, by=anna)
    photo_restore(photo=photo, by=anna)
    export_fetch(export=export, by=anna)
    photo_trash(photo=photo, by=anna)
    with pytest.raises(Withheld, match="trash"):
        export_fetch(export=export, by=anna)
    assert not Export.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_erasing_a_photo_erases_the_albums_it_is_in(gallery: Gallery, anna: User) -> None:
    first, second = a_photo(gallery), a_photo(gallery)
    both = an_export(gallery, anna, **PLAIN)
    other = an_export(gallery, anna, photos=[str(second.pk)], **PLAIN)
    photo_erase(photo=first, by=anna)
    assert [path.name for path in zips()] == [f"{other.pk}.zip"]
    assert not Export.objects.filter(pk=both.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_old_albums_and_half_ones_are_swept(
    photo: Photo, gallery: Gallery, anna: User, settings: Settings
) -> None:
    old, fresh = (an_export(gallery, anna, **PLAIN) for _ in range(2))
    Export.objects.filter(pk=old.pk).update(expires=timezone.now() - timedelta(seconds=1))
    orphan = Path(fresh.file.path).with_name("orphan.zip")
    orphan.write_bytes(b"half")
    young = orphan.with_name("young.zip")
    young.write_bytes(b"half")
    for path in (orphan, Path(fresh.file.path)):
        grown_old(path, hours=2)
    exports_tidy()
    artifacts.tidy()
    assert {path.name for path in zips()} == {f"{fresh.pk}.zip", "young.zip"}
    assert fresh.expires - fresh.created == pytest.approx(timedelta(days=7), abs=timedelta(1))


def test_making_and_fetching_are_written_down(photo: Photo, gallery: Gallery, anna: User) -> None:
    export = an_export(gallery, anna, **PLAIN)
    export_fetch(export=export, by=anna)
    export_fetch(export=export, by=anna, whole=False)
    lines = AuditLine.objects.filter(subject=f"export:{export.pk}")
    assert [line.verb for line in lines] == ["export-make", "export-fetch"]


def test_an_object_store_keeps_albums_too(settings: Settings, anna: User, astronaut: Path) -> None:
    name = f"{ObjectStore.__module__}.{ObjectStore.__qualname__}"
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": name}}
    gallery = a_gallery(owner=anna)
    photo_add(gallery=gallery, by=anna, name="a.jpg", file=astronaut)
    files, _ = opened(an_export(gallery, anna))
    assert "annotated/a.jpg" in files
    held = storages["default"].held  # type: ignore[attr-defined]
    assert len([name for name in held if "/exports/" in name]) == 1
    assert not [path for path in settings.SCRATCH_DIR.rglob("*") if path.is_file()]


def test_every_part_has_its_option() -> None:
    options = set(writing.ExportOptions.__dataclass_fields__)
    assert {part.option for part in parts.PARTS} <= options
