"""The values that travel through every pipeline: immutable, and JSON-safe on demand.

Coordinates are pixels of the upright photo, origin at its top left corner, x to the right, y down.
Colours are RGB. `from_json(to_json(x)) == x` holds for every value that has both.
"""

from ml.types.asked import Answer, Form, Origin, Question, Source, Value
from ml.types.embedding import Embedding, Space
from ml.types.found import Artifact, Claim, Finding, Mark, MarkKind, Reading
from ml.types.picture import JSON, XY, Box, Face, Picture, Points
from ml.types.report import Ran, Report

__all__ = [
    "JSON", "XY", "Answer", "Artifact", "Box", "Claim", "Embedding", "Face", "Finding", "Form",
    "Mark", "MarkKind", "Origin", "Picture", "Points", "Question", "Ran", "Reading", "Report",
    "Source", "Space", "Value",
]  # fmt: skip
