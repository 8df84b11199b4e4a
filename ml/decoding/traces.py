"""What a picture's file says beside its pixels, in the limited process only."""

from __future__ import annotations

from typing import Any, BinaryIO


def read(source: BinaryIO, order: dict[str, Any]) -> dict[str, Any]:
    return {}
