"""File names as people send them, made safe to keep, show and offer for download."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
LONGEST_EXTENSION = 10
SAME = {
    "jpeg": {"jpg", "jpeg", "jpe", "jfif"},
    "tiff": {"tif", "tiff"},
    "heic": {"heic", "heif", "hif"},
}


def clean_name(name: str) -> str:
    """The last part of a path without control characters, at most 120 characters with its
    extension; "photo" when nothing is left."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(c for c in last if not unicodedata.category(c).startswith("C"))
    plain = " ".join(unicodedata.normalize("NFC", printable).split()).strip(". ")
    stem, dot, extension = plain.rpartition(".")
    if not dot or len(extension) > LONGEST_EXTENSION:
        return plain[:LONGEST].strip() or "photo"
    return f"{stem[: LONGEST - len(extension) - 1].strip() or 'photo'}.{extension}"


def stem(name: str) -> str:
    """The name without its extension; whole where nothing is before the dot."""
    return name.rpartition(".")[0] or name


def extension_note(name: str, extension: str, media_type: str) -> tuple[str, ...]:
    """A sentence when the name's extension is not that of what the file really is.

    extension: the one that belongs to `media_type`, with or without its dot.
    """
    named = name.rpartition(".")[2].lower() if "." in name else ""
    real = extension.lstrip(".").lower()
    kin = next((same for same in SAME.values() if real in same), {real})
    if not named or named in kin:
        return ()
    return (f"The name ends in .{named}, but the file is {media_type}.",)
