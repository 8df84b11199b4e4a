"""Faces as vectors, and the spaces that they live in."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.errors import SpaceMismatch
from ml.types.picture import JSON


@dataclass(frozen=True, slots=True)
class Space:
    """Where an embedding lives. Distances between two spaces mean nothing.

    digest: sha256 of the source weights; an exported copy of them is the same space.
    recipe: the card's integer, raised when crop, alignment, colour, normalisation or
        averaging changes.
    """

    model: str
    digest: str
    recipe: int

    def to_json(self) -> JSON:
        return {"model": self.model, "digest": self.digest, "recipe": self.recipe}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Embedding:
    """A face as a vector. `vector`: little-endian float32 bytes, so that values compare exactly."""

    face: int
    space: Space
    vector: bytes

    @classmethod
    def of(cls, face: int, space: Space, array: NDArray[Any]) -> Self:
        return cls(face, space, np.asarray(array, "<f4").tobytes())

    @property
    def array(self) -> NDArray[np.float32]:
        return np.frombuffer(self.vector, "<f4")

    def distance(self, other: Embedding) -> float:
        """Euclidean distance.

        Raises:
            SpaceMismatch: the two come from different spaces.
        """
        if self.space != other.space:
            raise SpaceMismatch(
                f"Faces read by {self.space.model} and by {other.space.model} "
                "cannot be compared: their measures differ."
            )
        return float(np.linalg.norm(self.array - other.array))

    def to_json(self) -> JSON:
        vector = b64encode(self.vector).decode()
        return {"face": self.face, "space": self.space.to_json(), "vector": vector}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(data["face"], Space.from_json(data["space"]), b64decode(data["vector"]))
