"""Downloads one file of a Hugging Face repository, from where an earlier try stopped.

Run as a process (`python -m ml.weights.hub REPO REVISION NAME SIZE INTO`), so that it can be
stopped at any byte. hf_hub_download no longer goes on with what an earlier process left; the
http_get below it does, and the card's digest guards the result.
"""

from __future__ import annotations

import sys
from pathlib import Path


def download(repo: str, revision: str, name: str, size: int, into: Path) -> None:
    """Download into a file, appending to what it holds already."""
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    url = hf_hub_url(repo, name, revision=revision)
    into.parent.mkdir(parents=True, exist_ok=True)
    with into.open("ab") as file:
        there = file.tell()
        http_get(url, file, resume_size=there, headers=build_hf_headers(), expected_size=size)


if __name__ == "__main__":
    _repo, _revision, _name, _size, _into = sys.argv[1:]
    download(_repo, _revision, _name, int(_size), Path(_into))
