"""Sizes in words; a megabyte is a million bytes, as on the box a disk came in."""

from __future__ import annotations


def megabytes(count: int) -> str:
    """Bytes as "6.9 MB" or "1.20 GB"."""
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
