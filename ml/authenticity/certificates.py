"""An installation's own certificate authority and the certificates it signs pictures with.

The authority lives 10 years and is replaced after 5; a certificate ends with its authority, but
its key signs for a year at most and is then deleted. A signature without a time-stamping service
is only worth something while its certificate lasts: so each can be checked for 5 years, and a
deleted key can forge nothing. What was made public stays: old signatures are checked with it.

Source: C2PA Technical Specification 2.2, 14.5 (certificate profile); RFC 5280.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from filelock import FileLock

AUTHORITY, SIGNER = "authority.pem", "signer.pem"  # private: key and certificate in one file
AUTHORITIES, SIGNERS = "authorities", "signers"  # public: all there ever were
LASTS, SERVES = timedelta(days=3652), timedelta(days=1826)
SIGNS, AHEAD = timedelta(days=365), timedelta(days=30)
CLOCKS = timedelta(hours=1)  # so far clocks of machines may lie apart
COORDINATE = 32  # bytes of a number on the curve P-256


@dataclass(frozen=True, slots=True)
class Signing:
    """A key, its certificate and the authority's."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    authority: x509.Certificate

    def __repr__(self) -> str:
        return f"Signing({self.certificate.serial_number:x})"  # never the key

    @property
    def chain(self) -> str:
        """Both certificates as PEM, its own first."""
        return (_public(self.certificate) + _public(self.authority)).decode()

    def sign(self, data: bytes) -> bytes:
        """ES256 as COSE wants it (RFC 9053, 2.1): both numbers of the signature, 64 bytes."""
        found = decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return b"".join(number.to_bytes(COORDINATE, "big") for number in found)


def ready(folder: Path, now: datetime | None = None) -> Signing:
    """What signs today. Made when missing and renewed when it is time; safe between processes.

    Raises:
        OSError: the folder cannot be written.
    """
    now = now or datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / ".lock", mode=0o600):
        key, authority, fresh = _authority(folder, now)
        path = folder / SIGNER
        if not fresh and path.exists():
            own_key, own = _loaded(path)
            if now < own.not_valid_before_utc + SIGNS - AHEAD:
                return Signing(own_key, own, authority)
        own_key = ec.generate_private_key(ec.SECP256R1())
        own = _issued(own_key, key, authority, now)
        _keep(folder, path, SIGNERS, own_key, own)
        return Signing(own_key, own, authority)


def trusted(folder: Path) -> tuple[Path, ...]:
    """The certificates of all authorities this installation ever had."""
    return tuple(sorted((folder / AUTHORITIES).glob("*.pem")))


def anchors(paths: Iterable[Path]) -> str:
    """The files' certificates and nothing else of them as PEM: what people write beside them is in
    any alphabet.

    Raises:
        OSError: a file is not there.
        ValueError: it holds no certificate that can be read.
    """
    held = (one for path in paths for one in x509.load_pem_x509_certificates(path.read_bytes()))
    return "".join(_public(one).decode() for one in held)


def authority(folder: Path) -> Path:
    """The certificate of today's authority, as others may have it."""
    ready(folder)
    _, certificate = _loaded(folder / AUTHORITY)
    return _public_path(folder, AUTHORITIES, certificate)


def _authority(
    folder: Path, now: datetime
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate, bool]:
    """Key and certificate of the authority, and whether it is a new one."""
    path = folder / AUTHORITY
    if path.exists():
        key, certificate = _loaded(path)
        if now < certificate.not_valid_before_utc + SERVES:
            return key, certificate, False
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Prosopa installation {secrets.token_hex(4)}")
    usage = _usage(digital_signature=False, key_cert_sign=True, crl_sign=True)
    builder = _builder(name, name, key.public_key(), now, now + LASTS)
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    _keep(folder, path, AUTHORITIES, key, certificate)
    return key, certificate, True


def _issued(
    own: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    now: datetime,
) -> x509.Certificate:
    """A certificate that may sign pictures and nothing else."""
    until = authority.not_valid_after_utc
    mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    builder = _builder(_name("Prosopa"), authority.subject, own.public_key(), now, until)
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(mail, critical=False)
        .add_extension(issuer, critical=False)
        .sign(key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    since: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since - CLOCKS)
        .not_valid_after(until)
        .add_extension(identifier, critical=False)
    )


def _name(common: str) -> x509.Name:
    """Names no machine, no person: it stands in every signed file."""
    names = ((NameOID.ORGANIZATION_NAME, "Prosopa"), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in names])


def _usage(**allowed: bool) -> x509.KeyUsage:
    kinds = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**dict.fromkeys(kinds, False) | allowed)


def _loaded(path: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    held = path.read_bytes()
    key = serialization.load_pem_private_key(held, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101  we wrote it
    return key, x509.load_pem_x509_certificate(held)


def _keep(
    folder: Path,
    path: Path,
    public: str,
    key: ec.EllipticCurvePrivateKey,
    certificate: x509.Certificate,
) -> None:
    """The public part first, so that nothing is signed that cannot be checked later."""
    (folder / public).mkdir(exist_ok=True, mode=0o700)
    _write(_public_path(folder, public, certificate), _public(certificate))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(path, private + _public(certificate))


def _public_path(folder: Path, public: str, certificate: x509.Certificate) -> Path:
    return folder / public / f"{certificate.serial_number:x}.pem"


def _public(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and the owner's only from the first byte on."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
