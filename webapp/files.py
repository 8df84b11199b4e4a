"""Files of the storage as files of this machine, which decoders and models need."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile


def local(file: FieldFile, folder: Path) -> Path:
    """The file's own path where the storage has paths, else a copy of it in `folder`, which is
    made; deleting it is the caller's. The copy is whole or not there.

    Raises:
        FileNotFoundError: the storage has no such file.
    """
    with suppress(NotImplementedError):  # what Django's storages without paths say
        if (path := Path(file.path)).exists():
            return path
    return _copied(file, folder)


def folder_list(name: str) -> tuple[list[str], list[str]]:
    """The folders and the files in a folder of the storage; none when it is not there, which
    object stores cannot tell from an empty one."""
    try:
        return default_storage.listdir(name)
    except FileNotFoundError:
        return [], []


def _copied(file: FieldFile, folder: Path) -> Path:
    if not file.storage.exists(str(file.name)):
        raise FileNotFoundError(file.name)
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f"{Path(str(file.name)).name}.half"
    with file.open("rb") as stored, half.open("wb") as copy:
        shutil.copyfileobj(stored, copy)
    return half.rename(half.with_suffix(""))
