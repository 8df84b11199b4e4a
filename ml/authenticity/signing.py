"""Signs the pictures this installation makes or changes, so that anyone can tell where they are
from (C2PA).

The key stays in this process; the file is read and written in the decoder's limited one, which
asks for the signature: a hostile ingredient never meets a key. A signed file names no person and
no file; it takes along the signed history that its ingredients carried, where it has their files.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ml import decode
from ml.authenticity import certificates
from ml.decoding.wire import Message
from ml.errors import BadPicture
from ml.xmp.namespaces import IPTC_TYPES

TOOL = {"name": "Prosopa"}
MOST = 12  # ingredients of one picture
SIGNED = ("image/jpeg", "image/png", "image/webp")
LIMITS = decode.Limits(memory_mb=2048, cpu_s=20.0, wall_s=40.0)
WHOLLY_MADE, COMPUTED = "TRAINED_ALGORITHMIC_MEDIA", "ALGORITHMIC_MEDIA"
PARTLY_MADE = "compositeWithTrainedAlgorithmicMedia"


@dataclass(frozen=True, slots=True)
class Action:
    """What was done to the picture. name: C2PA's, e.g. "c2pa.edited". words: for people.
    source_type: what it thereby became, by IPTC's name; "" where it is no less a photo."""

    name: str
    words: str
    source_type: str = ""


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A picture that went into the new one. relation: C2PA's: "parentOf" for the one that was
    changed, "componentOf" for a part of it, "inputTo" for what a model was shown. file: None names
    it alone: no signed history, id or digest of it is taken along."""

    file: Path | None
    media_type: str
    relation: str = "parentOf"
    title: str = "photo"


@dataclass(frozen=True, slots=True)
class Made:
    """What is to be said of a picture. title: a word for it, e.g. "portrait". ingredients: at most
    MOST. ai: a trained model made the picture, or (where it has a parent) parts of it."""

    title: str
    actions: tuple[Action, ...] = ()
    ingredients: tuple[Ingredient, ...] = ()
    ai: bool = False


class Signer:
    """folder: holds the keys. trust: further certificates to check ingredients against."""

    def __init__(self, folder: Path, trust: Sequence[Path] = ()) -> None:
        self.folder = folder
        self.trust = tuple(trust)

    def sign(self, path: Path, out: Path, media_type: str, made: Made) -> None:
        """Write a signed copy of a JPEG, PNG or WebP; `out` is not there when this raises.

        Raises:
            BadPicture: a file takes more than the limits, or is empty.
            OSError: there is no such file.
        """
        signing = certificates.ready(self.folder)
        trust = (*certificates.trusted(self.folder), *self.trust)
        sign(path, out, media_type, made, signing, trust)


def sign(
    path: Path,
    out: Path,
    media_type: str,
    made: Made,
    signing: certificates.Signing,
    trust: Sequence[Path] = (),
) -> None:
    """Signer.sign with a key of one's own."""
    order = _order(media_type, made) | {
        "trust": certificates.anchors(trust),
        "certificates": signing.chain,
    }

    def helping(asked: Message) -> Message:
        return {"signature": b64encode(signing.sign(_asked_of(asked))).decode()}

    with ExitStack() as stack:
        files = [stack.enter_context(path.open("rb")).fileno()]
        files += stack.enter_context(decode.new_files(out))
        parts = [one.file for one in made.ingredients if one.file is not None]
        files += [stack.enter_context(part.open("rb")).fileno() for part in parts]
        decode.ask(order, LIMITS, files, letter=b"c", helping=helping)


def _asked_of(asked: Message) -> bytes:
    """What the limited process wants signed. A hostile picture may have made it ask nonsense.

    Raises:
        BadPicture: it did.
    """
    try:
        return b64decode(asked["of"], validate=True)
    except (KeyError, TypeError, ValueError):
        raise BadPicture("truncated", decode.SENTENCES["truncated"]) from None


def _order(media_type: str, made: Made) -> Message:
    """What the limited process is asked to write."""
    edit = any(one.relation == "parentOf" for one in made.ingredients)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    told: list[dict[str, Any]] = [
        {"action": one.name, "description": one.words, "when": now, "softwareAgent": TOOL}
        | ({"digitalSourceType": IPTC_TYPES + became} if became else {})
        for one in made.actions
        for became in (PARTLY_MADE if made.ai and edit else one.source_type,)
    ]
    return {
        "do": "sign",
        "manifest": {"claim_generator_info": [TOOL], "title": made.title, "format": media_type},
        "media_type": media_type,
        "created": "" if edit else WHOLLY_MADE if made.ai else COMPUTED,
        "actions": told,
        "ingredients": [_named(one) for one in made.ingredients if one.file is not None],
        "named": [_named(one) for one in made.ingredients if one.file is None],
    }


def _named(one: Ingredient) -> dict[str, str]:
    return {"title": one.title, "format": one.media_type, "relationship": one.relation}
