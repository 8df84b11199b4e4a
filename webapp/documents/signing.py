"""Signatures under documents, with the installation's own certificate."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ml.authenticity.certificates import Signing


def signed_json(content: Mapping[str, Any], signing: Signing) -> str:
    """The content as a JSON Web Signature (RFC 7515, compact, ES256); the header carries the
    certificates (x5c), so that it can be checked with nothing else at hand."""
    import jwt

    certificates = (signing.certificate, signing.authority)
    chain = [b64encode(one.public_bytes(Encoding.DER)).decode() for one in certificates]
    return jwt.encode(dict(content), signing.key, "ES256", headers={"x5c": chain})


def signed_pdf(pdf: bytes, attached: Mapping[str, bytes], signing: Signing) -> bytes:
    """The document with the files attached (name -> JSON) and one signature over all of it
    (PAdES, ETSI EN 319 142)."""
    from asn1crypto import keys
    from asn1crypto import x509 as asn1
    from pyhanko.pdf_utils import embed
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificates = (signing.certificate, signing.authority)
    own, *above = [asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in certificates]
    raw = signing.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore.from_certs(above)
    key = keys.PrivateKeyInfo.load(raw)
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    for name, content in attached.items():
        data = embed.EmbeddedFileObject.from_file_data(
            writer, data=content, mime_type="application/json"
        )
        spec = embed.FileSpec(file_spec_string=name, file_name=name, embedded_data=data)
        embed.embed_file(writer, spec)
    about = signers.PdfSignatureMetadata(
        field_name="Prosopa", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    made = signers.SimpleSigner(signing_cert=own, signing_key=key, cert_registry=store)
    signed: bytes = signers.sign_pdf(writer, about, signer=made).getvalue()
    return signed
