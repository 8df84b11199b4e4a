"""Handing on the proof of how far a disguise goes."""

from __future__ import annotations

import json

from django.utils import timezone

from ml.authenticity.certificates import ready
from webapp.documents.proof import proof_pdf
from webapp.documents.signing import signed_pdf
from webapp.models import Artifact, User
from webapp.selectors.proofs import proof_of, row_of
from webapp.selectors.trust import signing_folder
from webapp.services.evidence import Document
from webapp.services.photos import photo_export

ATTACHED = "proof.json"


def proof_export(*, made: Artifact, by: User) -> Document | None:
    """The proof of a disguised photo as a signed PDF with the data attached, written down as
    handed on. None where there is none."""
    row = row_of(made)
    if row is None:
        return None
    photo_export(photo=made.run.photo, by=by, what="proof")
    proof = proof_of(row)
    with made.file.open("rb") as file:
        pdf = proof_pdf(proof, file.read(), timezone.now())
    plain = json.dumps(proof.data, indent=1).encode()
    content = signed_pdf(pdf, {ATTACHED: plain}, ready(signing_folder()))
    return Document(f"{proof.kind}-proof.pdf", "application/pdf", content)
