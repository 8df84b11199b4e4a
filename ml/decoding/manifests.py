"""Signed histories (C2PA manifests) read and made, in the limited process only.

Nothing is fetched: neither manifests that lie elsewhere, nor whether a certificate was revoked.
"""

from __future__ import annotations

import json
import os
import socket
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, BinaryIO

from ml.decoding import wire

LONGEST = 8 << 20  # characters of one file's history; what tools write takes thousands


def settings(trust: str) -> dict[str, Any]:
    """The library's: checks everything against the given certificates (PEM), asks nobody."""
    verify = {
        "verify_after_reading": True,
        "verify_after_sign": False,  # its own reader does that, with what it trusts
        "verify_trust": True,
        "verify_timestamp_trust": True,
        "ocsp_fetch": False,
        "remote_manifest_fetch": False,
    }
    found: dict[str, Any] = {"version": 1, "verify": verify}
    found["builder"] = {"thumbnail": {"enabled": False}}  # no second copy of a face
    if trust:
        found["trust"] = {"trust_anchors": trust}
    return found


def read(source: BinaryIO, order: dict[str, Any]) -> dict[str, Any]:
    """{"history": what the library says of all manifests and of each check}, or {"none": why},
    the library's word for it."""
    import c2pa

    try:
        with (
            c2pa.Context.from_dict(settings(order["trust"])) as context,
            c2pa.Reader(None, source, context=context) as reader,
        ):
            said = reader.json()
            embedded = reader.is_embedded()
    except c2pa.C2paError as error:
        return {"none": str(error)[:1000]}
    if len(said) > LONGEST:
        return {"none": "TooLong"}
    return {"history": json.loads(said), "embedded": embedded}


def sign(order: dict[str, Any], files: list[int], request: socket.socket) -> dict[str, Any]:
    """Write the first file with a manifest to the second; the others are its ingredients, beside
    those that are only named. The signature is asked for over `request`: the key is never here."""
    import c2pa

    def signature(data: bytes) -> bytes:
        wire.send(request, {"asks": "signature", "of": b64encode(data).decode()})
        reply = wire.receive(request)
        return b64decode(reply["signature"]) if reply else b""

    for file in files:
        os.lseek(file, 0, os.SEEK_SET)
    os.ftruncate(files[1], 0)
    with ExitStack() as stack:
        source = stack.enter_context(os.fdopen(files[0], "rb"))
        out = stack.enter_context(os.fdopen(files[1], "w+b"))
        parts = [stack.enter_context(os.fdopen(file, "rb")) for file in files[2:]]
        context = stack.enter_context(c2pa.Context.from_dict(settings(order["trust"])))
        signer = c2pa.Signer.from_callback(
            signature, c2pa.C2paSigningAlg.ES256, order["certificates"], None
        )
        builder = _builder(order, parts, context)
        builder.sign(signer, order["media_type"], source, out)
    return {}


def _builder(order: dict[str, Any], parts: Sequence[BinaryIO], context: Any) -> Any:
    """Ingredients whose own history is too broken to be taken along are named without it."""
    import c2pa

    wanted = list(zip(parts, order["ingredients"], strict=True))
    builder, bare = c2pa.Builder(order["manifest"], context), list(order["named"])
    for part, said in list(wanted):
        try:
            builder.add_ingredient(said, said["format"], part)
        except c2pa.C2paError:
            bare.append(said)
            wanted.remove((part, said))
    if bare:
        builder = c2pa.Builder(order["manifest"] | {"ingredients": bare}, context)
        for part, said in wanted:
            part.seek(0)
            builder.add_ingredient(said, said["format"], part)
    builder.set_intent(*_intent(order["created"]))
    for action in order["actions"]:
        builder.add_action(action)
    return builder


def _intent(created: str) -> tuple[Any, ...]:
    from c2pa import C2paBuilderIntent, C2paDigitalSourceType

    if created:
        return C2paBuilderIntent.CREATE, C2paDigitalSourceType[created]
    return (C2paBuilderIntent.EDIT,)
