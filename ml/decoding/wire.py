"""Messages between the decoder's processes: a length, then JSON; EXIF values made JSON-safe.

Nothing is unpickled: a process that reads hostile photos is not trusted.
"""

from __future__ import annotations

import json
import socket
import struct
from base64 import b64decode, b64encode
from collections.abc import Mapping
from time import monotonic
from typing import Any

from PIL.TiffImagePlugin import IFDRational

LENGTH = struct.Struct(">I")
LARGEST = 1 << 28
LONGEST_VALUE = 1 << 16
MANY_VALUES = 256

Message = dict[str, Any]


def send(sock: socket.socket, message: Message, flags: int = 0) -> None:
    """Send one message."""
    body = json.dumps(message).encode()
    if flags:
        sock.send(LENGTH.pack(len(body)) + body, flags)
    else:
        sock.sendall(LENGTH.pack(len(body)) + body)


def receive(sock: socket.socket, until: float | None = None) -> Message | None:
    """The next message; None when the other side hung up.

    until: the time.monotonic() at which to give up.

    Raises:
        TimeoutError: it took longer.
    """
    head = _exactly(sock, LENGTH.size, until)
    if head is None:
        return None
    (length,) = LENGTH.unpack(head)
    if length > LARGEST:
        raise ConnectionError(f"A message of {length} bytes is too long.")
    body = _exactly(sock, length, until)
    if body is None:
        return None
    message: Message = json.loads(body)
    return message


def _exactly(sock: socket.socket, count: int, until: float | None) -> bytes | None:
    chunks = []
    while count:
        if until is not None:
            sock.settimeout(max(until - monotonic(), 0.001))
        try:
            chunk = sock.recv(min(count, 1 << 20))
        except ConnectionResetError:
            return None
        if not chunk:
            return None
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)


def exif_to_json(exif: Mapping[Any, Any]) -> Message:
    """EXIF values as JSON that keeps their types; what is absurdly long is left out."""
    return {str(tag): packed for tag, value in exif.items() if (packed := _packed(value))}


def exif_from_json(data: Message) -> dict[int, Any]:
    """What exif_to_json was given."""
    return {int(tag): _unpacked(value) for tag, value in data.items()}


def _packed(value: Any) -> Message | None:
    if isinstance(value, Mapping):
        return {"map": exif_to_json(value)}
    if isinstance(value, IFDRational):
        numerator, denominator = value.numerator, value.denominator
        if isinstance(numerator, int) and isinstance(denominator, int):
            return {"ratio": [numerator, denominator]}
        return {"is": float(value)}
    if isinstance(value, bytes):
        return {"bytes": b64encode(value).decode()} if len(value) <= LONGEST_VALUE else None
    if isinstance(value, str):
        return {"is": value} if len(value) <= LONGEST_VALUE else None
    if isinstance(value, int | float):
        return {"is": value}
    if isinstance(value, tuple | list) and len(value) <= MANY_VALUES:
        return {"many": [packed for item in value if (packed := _packed(item))]}
    return None


def _unpacked(value: Message) -> Any:
    ((kind, inner),) = value.items()
    if kind == "map":
        return exif_from_json(inner)
    if kind == "ratio":
        return IFDRational(*inner)
    if kind == "bytes":
        return b64decode(inner)
    if kind == "many":
        return tuple(map(_unpacked, inner))
    return inner
