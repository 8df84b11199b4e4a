"""Which files of the hub the language models are made of: name of the model -> its files.

Each entry is what `python -m ml.weights.pinning REPOSITORY REVISION FOLDER` prints for a folder
that holds the repository at that revision, read by whoever makes a release. It is empty: no
repository could be read where this was written, and no digest is guessed. A model without an entry
has a card, and says that it cannot be fetched.
"""

from __future__ import annotations

from collections.abc import Mapping

from ml.weights import Hub

PINS: Mapping[str, tuple[Hub, ...]] = {}
