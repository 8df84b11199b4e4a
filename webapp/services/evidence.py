"""Handing on what was found out about whether a photo is genuine."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils import timezone

from ml.authenticity.certificates import ready
from webapp.documents.evidence import report_json, report_pdf
from webapp.documents.signing import signed_json, signed_pdf
from webapp.filenames import stem
from webapp.models import Photo, User
from webapp.selectors.evidence import ledger_of
from webapp.selectors.trust import signing_folder
from webapp.services.photos import photo_export

FORMS = ("json", "jws", "pdf")
ATTACHED = "evidence.json"


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    media_type: str
    content: bytes


def evidence_export(*, photo: Photo, by: User, form: str) -> Document:
    """The report, written down as handed on. form: "json"; "jws", the same signed; or "pdf", signed
    and with the JSON attached.
    """
    photo_export(photo=photo, by=by, what="evidence")
    ledger = ledger_of(by, photo)
    about = report_json(ledger, timezone.now(), by.username)
    plain = json.dumps(about, indent=1, ensure_ascii=False).encode()
    name = f"{stem(photo.name)}-evidence"
    if form == "json":
        return Document(f"{name}.json", "application/json", plain)
    if form == "jws":
        content = signed_json(about, ready(signing_folder())).encode()
        return Document(f"{name}.jws", "application/jose", content)
    with photo.display.open("rb") as shown:
        pdf = report_pdf(ledger, about, shown.read())
    content = signed_pdf(pdf, {ATTACHED: plain}, ready(signing_folder()))
    return Document(f"{name}.pdf", "application/pdf", content)
