"""What a person may choose to have in an album."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """Which photos, and what of each. Faces' templates are in no album."""

    photos: tuple[str, ...] = field(
        default=(), metadata={"title": "Photos", "help": "Their ids; empty for the whole gallery."}
    )
    originals: bool = field(
        default=True,
        metadata={
            "title": "Originals",
            "help": "The files as they were uploaded, with what their metadata tells.",
        },
    )
    annotated: bool = field(
        default=True,
        metadata={
            "title": "Photos with their marks",
            "help": "JPEGs of up to 2048 pixels a side, with the layers that are on at first.",
        },
    )
    results: bool = field(
        default=True,
        metadata={"title": "Results", "help": "What was read of each photo, as JSON and CSV."},
    )
    regions: bool = field(
        default=True,
        metadata={
            "title": "Regions for other tools",
            "help": "Faces and their names as an XMP file beside each original.",
        },
    )
    made: bool = field(
        default=True,
        metadata={"title": "Made files", "help": "Cut-outs, 3D models and what else was made."},
    )
