"""What a job made for people to take away says, signed, where it is from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256, sha512
from pathlib import Path

import c2pa
import pytest
from cryptography import x509
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from ml import pipelines, types
from ml.authenticity import certificates, credentials
from ml.authenticity.credentials import Credentials, State
from ml.authenticity.pipeline import KIND
from ml.authenticity.signing import Made, sign
from ml.pipelines import Context, Pipeline
from ml.pool import Pool
from ml.types import Report
from ml.weights import Weights
from ml.xmp.namespaces import AREA
from tests.ml.authenticity.signed import pem, picture, stranger
from tests.webapp.rows import a_gallery, a_photo, a_user
from webapp.jobs.inputs import FILL
from webapp.jobs.signing import UNSIGNED
from webapp.jobs.store import DjangoJobStore
from webapp.models import Artifact, Job, Photo
from webapp.selectors.trust import trusted
from webapp.services.jobs import job_submit

pytestmark = pytest.mark.django_db
store = DjangoJobStore()
JPEG = b"\xff\xd8\xff"  # how one begins
ADOBE = AREA.partition("/xmp")[0].encode()
TOLD = (
    *(b"EXIF-MAKER", b"EXIF-DESCRIPTION", b"XMP-INSTANCE", b"XMP-DOCUMENT"),
    *(b"HISTORY-TITLE", b"HISTORY-CAMERA", b"HISTORY-PLACE"),
)


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


def work(options: Nothing, inputs: Nothing, context: Context) -> Report:
    return Report((80, 60))


@pytest.fixture(autouse=True)
def _folders(settings: LazySettings, tmp_path: Path) -> None:
    settings.SIGNING_DIR, settings.TRUST_DIR = tmp_path / "signing", tmp_path / "trust"
    settings.MEDIA_ROOT, settings.SCRATCH_DIR = tmp_path / "media", tmp_path / "scratch"


@pytest.fixture
def photo(tmp_path: Path) -> Photo:
    found = a_photo(a_gallery())
    found.original.save("original.jpg", ContentFile(picture(tmp_path / "in.jpg").read_bytes()))
    return found


def artifact(path: Path, kind: str, media_type: str) -> types.Artifact:
    content = path.read_bytes()
    digest, facts = sha256(content).hexdigest(), {"background": "blurred"}
    return types.Artifact("blur", kind, media_type, path, digest, len(content), facts=facts)


def run(photo: Photo, kind: Pipeline[Nothing, Nothing], *made: types.Artifact) -> list[Artifact]:
    pipelines._pipelines[kind.kind] = kind
    job = Job.objects.create(kind=kind.kind, gallery=photo.gallery, options={})
    job.photos.add(photo)
    claim = store.claim(job.pk)
    assert claim is not None
    assert store.finish(claim, replace(Report((80, 60)), artifacts=made))
    return list(Artifact.objects.order_by("kind"))


@pytest.fixture
def blur(monkeypatch: pytest.MonkeyPatch) -> Pipeline[Nothing, Nothing]:
    monkeypatch.setattr(pipelines, "_pipelines", dict(pipelines._pipelines))
    return Pipeline("blur", "Blur the background", Nothing, Nothing, work)


def read(row: Artifact) -> Credentials:
    return credentials.read(Path(row.file.path), trusted())


def test_a_made_picture_tells_what_was_done_to_which_photo(
    photo: Photo, blur: Pipeline[Nothing, Nothing], tmp_path: Path
) -> None:
    made = artifact(picture(tmp_path / "portrait.jpg", 1), "portrait", "image/jpeg")
    (row,) = run(photo, blur, made)
    content = Path(row.file.path).read_bytes()
    assert (row.sha256, row.size) == (sha256(content).hexdigest(), len(content))
    assert row.facts[UNSIGNED] == made.sha256
    found = read(row)
    assert found.state is State.TRUSTED and found.ingredients == ("photo",)
    assert [step.action for step in found.steps] == ["c2pa.opened", "c2pa.edited"]
    assert found.steps[-1].described == "Blur the background (background: blurred)"
    assert Image.open(row.file.path).tobytes() == Image.open(made.path).tobytes()


def test_what_a_model_made_says_so(
    photo: Photo, blur: Pipeline[Nothing, Nothing], tmp_path: Path
) -> None:
    made = artifact(picture(tmp_path / "portrait.webp", 1), "portrait", "image/webp")
    (row,) = run(photo, replace(blur, generative=True), made)
    (step,) = read(row).steps
    assert step.action == "c2pa.created"
    assert step.source_type.endswith("/trainedAlgorithmicMedia")
    assert read(row).ingredients == ("photo",)


def test_other_files_are_kept_as_they_were_made(
    photo: Photo, blur: Pipeline[Nothing, Nothing], tmp_path: Path
) -> None:
    (tmp_path / "face.glb").write_bytes(b"glTF")
    made = artifact(tmp_path / "face.glb", "3d-model", "model/gltf-binary")
    (row,) = run(photo, blur, made)
    assert (row.sha256, row.facts) == (made.sha256, {"background": "blurred"})


def test_a_real_cut_out_is_signed(photo: Photo, astronaut: Path, weights_folder: Path) -> None:
    Path(photo.original.path).write_bytes(astronaut.read_bytes())
    options = {"background": "transparent"}
    job = job_submit(
        kind="portrait", gallery=photo.gallery, photos=[photo], by=a_user(), options=options
    )
    claim = store.claim(job.pk)
    assert claim is not None
    claim.scratch.mkdir(parents=True)
    context = Context(Pool(Weights(weights_folder)), scratch=claim.scratch)
    report = pipelines.get("portrait").run(claim.options, claim.inputs, context)
    assert store.finish(claim, report)
    row = Artifact.objects.get()
    found = read(row)
    assert found.state is State.TRUSTED and row.media_type == "image/png"
    assert found.steps[-1].described == "Cut out people"


def test_a_photo_that_was_signed_elsewhere_keeps_its_history(
    photo: Photo, blur: Pipeline[Nothing, Nothing], tmp_path: Path
) -> None:
    original = Path(photo.original.path)
    sign(picture(tmp_path / "p.jpg"), original, "image/jpeg", Made("x", ai=True), stranger())
    made = artifact(picture(tmp_path / "portrait.png", 1), "portrait", "image/png")
    (row,) = run(photo, blur, made)
    first, *_ = read(row).steps
    assert first.signer == "Camera 7, Elsewhere" and not first.trusted


def test_what_may_be_shared_alone_takes_nothing_of_the_original_along(
    photo: Photo, blur: Pipeline[Nothing, Nothing], tmp_path: Path
) -> None:
    """An original whose own signed history holds a small picture of it, and whose EXIF and XMP hold
    a maker, a description and an id."""
    original = Path(photo.original.path)
    told(original, tmp_path)
    carried = original.read_bytes()
    assert all(secret in carried for secret in TOLD) and carried.count(JPEG) > 1
    made = artifact(picture(tmp_path / "portrait.jpg", 1), "portrait", "image/jpeg")
    (row,) = run(photo, replace(blur, shareable=True), made)
    content = Path(row.file.path).read_bytes()
    found = read(row)
    assert found.state is State.TRUSTED and found.ingredients == ("photo",)
    assert [(step.action, step.described) for step in found.steps] == [
        ("c2pa.opened", ""), ("c2pa.edited", "Blur the background")
    ]  # fmt: skip
    assert content.count(JPEG) == 1, "no small picture"
    digests = {new(photo_bytes).digest() for photo_bytes in (carried,) for new in (sha256, sha512)}
    assert not [secret for secret in (*TOLD, *digests) if secret in content]
    assert ids(carried) and not ids(carried) & ids(content)


def ids(content: bytes) -> set[bytes]:
    """Of signed histories."""
    return set(re.findall(rb"urn:c2pa:[-0-9a-f]{36}", content))


def told(path: Path, folder: Path) -> None:
    """Write a photo that says much of itself, signed elsewhere with a small picture inside."""
    exif = Image.Exif()
    exif[0x010F], exif[0x010E] = "EXIF-MAKER", "EXIF-DESCRIPTION"
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        b'xmlns:xmpMM="' + ADOBE + b'/xap/1.0/mm/" xmpMM:InstanceID="xmp.iid:XMP-INSTANCE" '
        b'xmpMM:DocumentID="xmp.did:XMP-DOCUMENT"/></rdf:RDF></x:xmpmeta>'
    )
    plain = folder / "plain.jpg"
    Image.open(picture(folder / "p.jpg")).save(plain, exif=exif, xmp=xmp)
    own = stranger()
    manifest = {
        "title": "HISTORY-TITLE.jpg", "format": "image/jpeg",
        "claim_generator_info": [{"name": "HISTORY-CAMERA"}],
        "assertions": [{"label": "stds.exif", "data": {"exif:GPSLatitude": "HISTORY-PLACE"}}],
    }  # fmt: skip
    signer = c2pa.Signer.from_callback(own.sign, c2pa.C2paSigningAlg.ES256, own.chain, None)
    with c2pa.Builder(manifest) as builder, plain.open("rb") as source, path.open("w+b") as out:
        builder.set_intent(
            c2pa.C2paBuilderIntent.CREATE, c2pa.C2paDigitalSourceType.DIGITAL_CAPTURE
        )
        builder.sign(signer, "image/jpeg", source, out)


def test_a_job_that_judges_is_given_whom_to_trust(
    photo: Photo, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    folder = Path(settings.TRUST_DIR)
    folder.mkdir()
    certificates.ready(settings.SIGNING_DIR)
    added = pem(stranger().authority, folder / "camera.pem")
    (folder / "broken.pem").write_text("no certificate")
    key = (Path(settings.SIGNING_DIR) / certificates.SIGNER).read_text()
    (folder / "with-key.pem").write_text(key)
    job = Job.objects.create(kind=KIND, gallery=photo.gallery, options={})
    job.photos.add(photo)
    assert FILL["trust"](job) == (*certificates.trusted(Path(settings.SIGNING_DIR)), added)
    assert "broken.pem" in caplog.text and "with-key.pem" in caplog.text
    assert key.splitlines()[1] not in caplog.text


@pytest.mark.parametrize("address", ["/about/authority.pem", "/api/v1/authority.pem"])
def test_the_certificate_is_for_whoever_is_signed_in_and_its_key_for_nobody(
    client: Client, settings: LazySettings, address: str
) -> None:
    assert client.get(address).status_code in (302, 401, 403)
    client.force_login(a_user())
    answer = client.get(address)
    assert answer["Content-Disposition"] == 'attachment; filename="prosopa-authority.pem"'
    assert b"PRIVATE" not in answer.content
    (certificate,) = x509.load_pem_x509_certificates(answer.content)
    assert certificate == certificates.ready(settings.SIGNING_DIR).authority


def test_the_keys_lie_outside_what_is_served(settings: LazySettings) -> None:
    from webapp import settings as own

    assert not own.SIGNING_DIR.is_relative_to(own.MEDIA_ROOT)
    assert own.SIGNING_DIR.is_relative_to(own.KEYS_DIR)
