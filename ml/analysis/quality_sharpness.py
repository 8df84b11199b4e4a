"""The obvious cheap way to tell a photo's quality, for the other one to be measured against."""

from __future__ import annotations

from ml.analysis import condition, face_pixels
from ml.analysis.quality_iso import EYES_APART, OUT_OF_SIGHT, UNIT
from ml.contracts import MESH, QUALITY, Output, Qualities, View
from ml.facewise import TOO_SMALL
from ml.registry import Commercial, Model, ModelCard, figures, register
from ml.runtimes import Floats
from ml.types import Reading

NAME = "quality-sharpness"

# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 1,500 pairs, 0 not read",
        "2026-11-25",
        "manage.py evaluate quality --data lfw --models quality-iso,quality-sharpness --seed 0",
        {
            "errors left, of chance": "0.8381 (0.6445 to 1.024)",
            "pairs of one person refused": "1.8 % (1.1 to 2.6)",
            "refused once the worst tenth is put aside": "1.5 % (0.8 to 2.4)",
            "fewer refused by that": "17.7 % (-5.0 to 39.8)",
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="Sharpness alone",
        task=QUALITY,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH,),
        paper="Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy, 2000",
        known_limits=(
            "Sees neither turned heads nor shadows nor hands before a face; here as what anything "
            "better has to beat."
        ),
        measured=MEASURED,
    )
)
class QualitySharpness(Model):
    """How sharp each face is, at one scale and against its own contrast."""

    def run(self, view: View) -> Output:
        found = [sharpness(view, mesh) for mesh in view.data(MESH).points]
        readings = tuple(said(face, one) for face, one in enumerate(found))
        scores = tuple(None if isinstance(one, str) else one for one in found)
        return Output(readings=readings, data=Qualities(scores))


def sharpness(view: View, mesh: Floats | None) -> float | str:
    """0 to 100, or why it is unknown."""
    if mesh is None or condition.eyes_apart(mesh) < EYES_APART:
        return TOO_SMALL
    chip = face_pixels.cut(view.picture, mesh)
    return face_pixels.sharpness(chip) if chip.share >= condition.IN_SIGHT else OUT_OF_SIGHT


def said(face: int, found: float | str) -> Reading:
    if isinstance(found, str):
        return Reading(NAME, "sharpness", None, face=face, unit=UNIT, note=found)
    return Reading(NAME, "sharpness", round(found, 1), face=face, unit=UNIT)
