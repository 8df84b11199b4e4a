"""Portraits without a generator: the photo's own skin on its own mesh, drawn again from elsewhere.

It is a re-rendering: nothing is made up but what shows between opened lips and behind the person.
"""

from __future__ import annotations

from ml import alignment
from ml.contracts import IRIS, MESH, PARSING, PERSON_MASK, PORTRAITS, POSE, Output, View
from ml.contracts.portraits import Studios, Together
from ml.generation.rendering import Studio
from ml.generation.sitter import sitter
from ml.registry import Commercial, Model, ModelCard, figures, register

NAME = "mesh-portraits"
EYES_APART = 40.0  # pixels in the photo; a smaller face has no skin to show
TURNED = 25.0  # degrees to a side: of faces turned further half is guessed
TOO_SMALL = "The face is too small: its eyes are {:.0f} pixels apart, and 40 are needed."
ASIDE = "The face is turned {:.0f} degrees to a side, and half of it is not seen: choose a photo "
ASIDE += "taken from the front."
IN_PROFILE = "The face is seen from the side: choose a photo taken from the front."


# From docs/benchmarks; a test holds them equal.
MEASURED = figures(
    "lfw, 40 people, 0 not read",
    "2026-11-29",
    "manage.py evaluate portraits --data lfw --models mesh-portraits --seed 0",
    {
        "turned by 70 % of 15 degrees or more": "93.8 % (87.5 to 98.8)",
        "turned by 70 % of 25 degrees or more": "97.5 % (93.8 to 100.0)",
        "expression asked for was seen": "71.5 % (65.5 to 78.0)",
    },
)


class MeshStudios(Studios):
    """The faces of one photo, and what their mesh and parts are."""

    def __init__(self, view: View) -> None:
        self._view = view

    def hindrance(self, face: int) -> str:
        mesh = self._view.data(MESH).points[face]
        pose = self._view.data(POSE).poses[face]
        apart = 0.0 if mesh is None else alignment.eye_distance(mesh)
        if apart < EYES_APART:
            return TOO_SMALL.format(apart)
        if pose is None or self._view.data(PARSING).heads[face] is None:
            return IN_PROFILE
        return ASIDE.format(abs(pose.yaw)) if abs(pose.yaw) > TURNED else ""

    def portrayer(self, face: int, side: int, together: Together | None = None) -> Studio:
        return Studio(sitter(self._view, face, side, together))


@register(
    ModelCard(
        name=NAME,
        title="Portraits from the face mesh",
        task=PORTRAITS,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE, IRIS, PARSING, PERSON_MASK),
        paper=(
            "Depth-ordered re-rendering of a photo over the face mesh; the head around it after "
            "Igarashi et al., Teddy: A Sketching Interface for 3D Freeform Design, 1999"
        ),
        measured=MEASURED,
        known_limits=(
            "Ears and hair that the photo does not show are stretched from what shows; teeth and "
            "tongue of a mouth that was shut, and the white of eyes that are opened wide, are made "
            "up; glasses bend with the face; what stands in front of a face turns with it."
        ),
    )
)
class MeshPortraits(Model):
    """Draws nothing unasked: whoever wants portraits asks the studio of a face."""

    def run(self, view: View) -> Output:
        return Output(data=MeshStudios(view))
