"""The tab "Protect" and the proof of a disguise: as pages, as a signed PDF, and for whom."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from ml.contracts.disguising import HELD_OUT, OWN, USED
from ml.protection.records import PHOTO_OF
from webapp.jobs.signing import UNSIGNED
from webapp.models import Artifact, AuditLine, Photo, Run

UNPROVEN = "TRANSFER IS UNPROVEN"


def a_line(title: str, role: str, before: float, after: float) -> dict[str, Any]:
    def told(away: float) -> dict[str, Any]:
        return {OWN: {"distance": away, "similarity": 1 - away, "matched": away < 0.5}}

    when = {"before": {"as it is": told(before)}, "after": {"as it is": told(after)}}
    return {"recogniser": title, "title": title, "role": role, "threshold": 0.5} | when


def a_proof(*lines: dict[str, Any], warning: str = "") -> bytes:
    face = {"face": 0, "box": [1, 2, 3, 4], "aim": "not to be recognised", "psnr": 34.25}
    face |= {"ssim": 0.968, "seconds": 27.0, "recognisers": lines, "warning": warning}
    face["made again without one"] = []
    about = {"kind": "cloak", "facts": {"seed": 0.0}, "file": "Lossless.", "faces": [face]}
    return json.dumps(about).encode()


def kept(run: Run, kind: str, media_type: str, content: bytes, facts: dict[str, str]) -> Artifact:
    row = Artifact(run=run, kind=kind, media_type=media_type, size=len(content), facts=facts)
    row.sha256 = kind.ljust(64, "0")
    row.file.save(f"{kind}.bin", ContentFile(content))
    return row


@pytest.fixture
def cloak(analysed: Photo) -> Artifact:
    """A cloaked photo, signed since, with its proof and its map."""
    run = Run.objects.create(photo=analysed, model="cloak", task="cloak", recipe=1)
    picture = BytesIO()
    Image.new("RGB", (64, 48), "grey").save(picture, "PNG")
    made = kept(run, "cloak", "image/png", picture.getvalue(), {UNSIGNED: "a" * 64})
    along = {PHOTO_OF: "a" * 64}
    proof = a_proof(a_line("Dlib", USED, 0.0, 0.62), a_line("Other", HELD_OUT, 0.01, 0.44))
    kept(run, "proof", "application/json", proof, along)
    kept(run, "heat-map", "image/png", picture.getvalue(), along)
    return made


def test_the_tab_offers_what_protects_and_make_does_not(alices: Client, analysed: Photo) -> None:
    page = alices.get(f"/photos/{analysed.pk}/?tab=protect").content.decode()
    assert "Nothing protects this photo yet" in page and "Take everything out of the file" in page
    assert "Cut out people" not in page
    page = alices.get(f"/photos/{analysed.pk}/?tab=make").content.decode()
    assert "Cut out people" in page and "Take everything out of the file" not in page


def test_a_viewer_looks_and_makes_nothing(
    viewers: Client, analysed: Photo, cloak: Artifact
) -> None:
    page = viewers.get(f"/photos/{analysed.pk}/?tab=protect").content.decode()
    assert "Take everything out of the file" not in page and "Delete" not in page
    assert f"/made/{cloak.pk}/proof/" in page


def test_what_came_with_a_made_photo_is_reached_through_it(
    alices: Client, analysed: Photo, cloak: Artifact
) -> None:
    page = alices.get(f"/photos/{analysed.pk}/?tab=protect").content.decode()
    assert page.count('class="preview"') == 1, "the map and the proof are no photos of their own"
    assert PHOTO_OF.replace("_", " ") not in page
    made = alices.get(f"/photos/{analysed.pk}/?tab=protect&made={cloak.pk}").content.decode()
    assert 'id="compared"' in made and f"/api/v1/artifacts/{cloak.pk}" in made


def test_the_proof_tells_who_took_part_and_who_did_not(alices: Client, cloak: Artifact) -> None:
    page = " ".join(alices.get(f"/made/{cloak.pk}/proof/").content.decode().split())
    for said in ("Dlib", "used in making", "Other", "held out", "PSNR 34.3", "no match", "0.62"):
        assert said in page
    assert page.count('<span class="tag bad">match</span>') == 1, "the one held out still matches"
    assert UNPROVEN not in page


def test_the_warning_is_said_aloud(alices: Client, cloak: Artifact) -> None:
    row = cloak.run.artifacts.get(kind="proof")
    Path(row.file.path).write_bytes(a_proof(a_line("Dlib", USED, 0, 0.6), warning=UNPROVEN))
    page = alices.get(f"/made/{cloak.pk}/proof/").content.decode()
    assert f'<p class="loud">{UNPROVEN}</p>' in page


def test_the_pdf_is_signed_and_carries_the_data(alices: Client, cloak: Artifact) -> None:
    answer = alices.get(f"/made/{cloak.pk}/proof.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    pdf = PdfFileReader(BytesIO(answer.content))
    assert len(pdf.embedded_signatures) == 1
    names = pdf.root["/Names"]["/EmbeddedFiles"]["/Names"]
    assert names[0] == "proof.json"
    assert json.loads(names[1]["/EF"]["/F"].data)["faces"][0]["psnr"] == 34.25
    assert AuditLine.objects.filter(verb="photo-export", detail="proof").exists()


def test_a_file_without_a_proof_has_none(alices: Client, cloak: Artifact) -> None:
    heat = cloak.run.artifacts.get(kind="heat-map")
    for address in ("made/{}/proof/", "made/{}/proof.pdf", "api/v1/artifacts/{}/proof.pdf"):
        assert alices.get("/" + address.format(heat.pk)).status_code == 404
        assert alices.get("/" + address.format(cloak.pk)).status_code == 200


def test_deleting_it_takes_along_what_came_with_it(
    alices: Client, cloak: Artifact, django_capture_on_commit_callbacks: Any
) -> None:
    run, paths = cloak.run, [Path(one.file.path) for one in cloak.run.artifacts.all()]
    assert len(paths) == 3 and all(path.exists() for path in paths)
    with django_capture_on_commit_callbacks(execute=True):
        there = alices.post(f"/made/{cloak.pk}/delete/")
    assert there.headers["Location"].endswith("?tab=protect")
    assert not run.artifacts.exists() and not any(path.exists() for path in paths)
