"""Where probability lies, as cells that a map can be tinted with."""

from __future__ import annotations

import numpy as np

from ml.geolocation.cells import Floats
from ml.geolocation.fusion import Posterior

HEAT, LEVELS = 0.98, 255  # how much of the probability is drawn; levels of it
MOST_HEAT, WIDER = 2000, (2, 1)  # cells that are drawn; if there are more, wider ones
Masses = dict[str, tuple[float, float]]  # of each cell its probability and km2


def heat(found: Posterior) -> tuple[tuple[str, int], ...]:
    """Densities over the map, logarithmic, in levels; over wider cells where there are many."""

    inside = found.region(HEAT)
    names = [found.cells.names[i] for i in inside]
    held = zip(found.mass[inside].tolist(), found.cells.areas[inside].tolist(), strict=True)
    masses = dict(zip(names, held, strict=True))
    for resolution in WIDER:
        if len(masses) <= MOST_HEAT:
            break
        masses = widened(masses, resolution)
    names = list(masses)
    density = np.log([masses[name][0] / masses[name][1] for name in names])
    spread = max(float(np.ptp(density)), 1e-9)
    levels: Floats = 1 + (LEVELS - 1) * (density - density.min()) / spread
    return tuple((name, round(level)) for name, level in zip(names, levels, strict=True))


def widened(masses: Masses, resolution: int) -> Masses:
    """Masses and areas of cells, added up by the wider cell they lie in."""
    import h3

    found: Masses = {}
    for name, (mass, area) in masses.items():
        parent = h3.cell_to_parent(name, min(resolution, h3.get_resolution(name)))
        before = found.get(parent, (0.0, 0.0))
        found[parent] = (before[0] + mass, before[1] + area)
    return found
