"""What the faces of a brief say to networks that go by a recogniser's embedding."""

from __future__ import annotations

import numpy as np

from ml.contracts.generators import Brief, Floats
from ml.errors import MLError

UNREAD = "{} goes by embeddings of the recogniser {}, and this face has none."


def identity(brief: Brief, embedder: str, title: str) -> Floats:
    """Of the faces' unit vectors the mean, of length 1: D values. title: of what goes by it.

    Raises:
        MLError: no face has an embedding of that recogniser.
    """
    known = [face.embeddings[embedder] for face in brief.faces if embedder in face.embeddings]
    if not known:
        raise MLError(UNREAD.format(title, embedder))
    whole = np.mean([one / np.linalg.norm(one) for one in known], axis=0)
    return np.asarray(whole / np.linalg.norm(whole), np.float32)
