"""A storage like an object store: keys and bytes, no folders, no paths of this machine."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.utils import timezone


class ObjectStore(Storage):
    """Holds everything in memory, in `held`: key -> bytes."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self._times: dict[str, datetime] = {}

    def _open(self, name: str, mode: str = "rb") -> File:
        if name not in self.held:
            raise FileNotFoundError(name)
        return ContentFile(self.held[name], name)

    def _save(self, name: str, content: Any) -> str:
        self.held[name] = b"".join(content.chunks())
        self._times[name] = timezone.now()
        return name

    def exists(self, name: str) -> bool:
        return name in self.held

    def delete(self, name: str) -> None:
        self.held.pop(name, None)

    def size(self, name: str) -> int:
        return len(self.held[name])

    def get_modified_time(self, name: str) -> datetime:
        return self._times[name]

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        inside = [key[len(path) + 1 :] for key in self.held if key.startswith(f"{path}/")]
        folders = {key.partition("/")[0] for key in inside if "/" in key}
        return sorted(folders), sorted(key for key in inside if "/" not in key)
