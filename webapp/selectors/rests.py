"""People's own resting faces, out of what was measured on other photos of them."""

from __future__ import annotations

import numpy as np
from django.db.models import Exists, OuterRef

from ml import facs, registry
from ml.analysis import action_units_mesh
from ml.contracts import EXPRESSION
from ml.sequence import Rest
from ml.types import Box
from webapp import sealing
from webapp.models import Embedding, Face, Photo, Reading
from webapp.selectors.galleries import may_keep_embeddings

AU_MODEL = action_units_mesh.NAME
EMBEDDING = "embedding"  # what sealed vectors are sealed as
AT_REST = "neutral"
MOST = 50  # photos of one person that are asked


def rests_of(photo: Photo) -> tuple[Rest, ...]:
    """Of each named face of the photo, what that person's face measures at rest on the gallery's
    other photos; none for people of whom too few show it, or where no measure is kept."""
    if not may_keep_embeddings(photo.gallery):
        return ()
    found = []
    for face in photo.faces.exclude(person=None):
        if (measures := facs.resting(_at_rest(photo, face))) is not None:
            box = Box(face.left, face.top, face.right, face.bottom)
            found.append(Rest(box, measures))
    return tuple(found)


def _at_rest(photo: Photo, face: Face) -> list[dict[str, float]]:
    """What was measured on other faces of the person that look neutral."""
    card = registry.get(AU_MODEL).card
    neutral = Reading.objects.filter(
        face=OuterRef("face"), run__task=EXPRESSION.name, label=AT_REST
    )
    rows = Embedding.objects.filter(
        Exists(neutral),
        face__person=face.person_id,
        run__model=card.name,
        run__digest=card.digest,
        run__recipe=card.recipe,
    ).exclude(face__photo=photo)
    vectors = (_vector(photo, row) for row in rows.order_by("-pk")[:MOST])
    return [dict(zip(facs.names(), one, strict=True)) for one in vectors]


def _vector(photo: Photo, row: Embedding) -> list[float]:
    plain = sealing.unseal(photo.gallery, bytes(row.sealed_vector), EMBEDDING)
    numbers: list[float] = np.frombuffer(plain, "<f4").astype(float).tolist()
    return numbers
