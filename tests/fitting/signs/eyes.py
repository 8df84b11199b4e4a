"""Signs in which a face's two eyes may differ: highlights and the outline of irises."""

from __future__ import annotations

import numpy as np

from ml.contracts import Iris
from tests.fitting.signs.shot import Floats, Shot

BRIGHT = 0.9  # of the way from an iris' median to its greatest brightness


def highlights_apart(shot: Shot) -> float | None:
    """How differently the highlights lie in both irises, in diameters (Johnson and Farid, Exposing
    Digital Forgeries Through Specular Highlights on the Eye, 2007; Hu, Li and Lyu, 2021)."""
    if shot.eyes is None:
        return None
    first, second = (highlight(shot.light, eye) for eye in shot.eyes)
    return None if first is None or second is None else float(np.linalg.norm(first - second))


def highlight(light: Floats, eye: Iris) -> Floats | None:
    """2: where the brightest of an iris lies from its centre, in diameters."""
    high, wide = light.shape
    rows, columns = np.mgrid[:high, :wide]
    across, down = columns - eye.points[0, 0], rows - eye.points[0, 1]
    inside = np.hypot(across, down) < eye.diameter / 2
    if not inside.any():
        return None
    usual, most = np.median(light[inside]), light[inside].max()
    bright = inside & (light >= usual + BRIGHT * (most - usual))
    return np.array([across[bright].mean(), down[bright].mean()]) / eye.diameter


def irises_unlike(shot: Shot) -> float | None:
    """How differently large and round both irises are, in logarithms (Guo et al., Eyes Tell All:
    Irregular Pupil Shapes Reveal GAN-Generated Faces, 2022, of pupils)."""
    if shot.eyes is None:
        return None
    sizes = [np.ptp(eye.points[1:], axis=0) + 1e-3 for eye in shot.eyes]
    return float(np.abs(np.log(sizes[0] / sizes[1])).sum())
