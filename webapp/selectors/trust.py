"""Whose signatures on pictures count here: this installation's, and those an administrator added.

Each of the files TRUST_DIR/*.pem holds one certificate or more. Who can write there decides whom
the installation believes, so nothing of it is uploaded: it is the machine's administrator's.
"""

from __future__ import annotations

import logging
from pathlib import Path

from cryptography import x509
from django.conf import settings

from ml.authenticity import certificates

log = logging.getLogger(__name__)


def signing_folder() -> Path:
    """Where the keys lie that sign pictures made here."""
    return Path(settings.SIGNING_DIR)


def trusted() -> tuple[Path, ...]:
    """The files of all certificates that count."""
    added = sorted(Path(settings.TRUST_DIR).glob("*.pem"))
    return (*certificates.trusted(signing_folder()), *filter(_readable, added))


def authority() -> Path:
    """This installation's own certificate, for others to trust; made when it is missing."""
    return certificates.authority(signing_folder())


def _readable(path: Path) -> bool:
    """Whether it holds certificates and nothing secret; what is wrong is said in the log."""
    content = path.read_bytes()
    if b"PRIVATE KEY" in content:
        log.warning("%s holds a private key: it is not used. Leave only certificates.", path)
        return False
    try:
        return bool(x509.load_pem_x509_certificates(content))
    except ValueError:
        log.warning("%s holds no certificates that can be read (PEM): it is not used.", path)
        return False
