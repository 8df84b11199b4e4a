"""Cuts out each head in CIELAB once, for the models that look at its colours."""

from __future__ import annotations

from dataclasses import dataclass

from ml import alignment
from ml.analysis.head_pixels import Head, cut
from ml.contracts import MESH, POSE, Output, View
from ml.registry import Commercial, Model, ModelCard, Task, register

EYES_APART = 24.0  # pixels, as for the parts of a head


@dataclass(frozen=True, slots=True)
class Heads:
    """Of each face, in the order of View.faces, its head's pixels; None where it is too small or
    in profile."""

    heads: tuple[Head | None, ...]

    def of(self, face: int) -> Head:
        """The head of a face that is large enough and not in profile."""
        head = self.heads[face]
        assert head is not None  # noqa: S101  ml.facewise.in_sight asks for no other
        return head


HEAD: Task[Heads] = Task("head", "Head in CIELAB", Heads, internal=True)


@register(
    ModelCard(
        name="head-lab",
        title="Head in CIELAB",
        task=HEAD,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE),
        paper="CIE 15, Colorimetry: the colour space CIELAB",
        known_limits="Says nothing by itself: what is read from it has cards of its own.",
    )
)
class HeadLab(Model):
    """A Head a face."""

    def run(self, view: View) -> Output:
        meshes, poses = alignment.legible(view.data(MESH), EYES_APART), view.data(POSE).poses
        heads = {
            face: cut(view.picture, mesh)
            for face, mesh in meshes.items()
            if poses[face] is not None
        }
        return Output(data=Heads(tuple(heads.get(face) for face in range(len(view.faces)))))
