"""How often what camera photos say beside their pixels looks wrong: `python -m
tests.fitting.metadata PHOTOS`.

Every photo in faces/ and places/ is one that a camera took; some were saved by an editor since.
Nothing is fitted and nothing is written.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from ml.authenticity import metadata_generators, metadata_software, traces
from ml.authenticity.metadata_dates import gps_moment, moment, oddities, strange_place
from ml.authenticity.traces import Traces

FOLDERS = ("faces", "places")


def main(folder: Path) -> None:
    paths = sorted(path for name in FOLDERS for path in (folder / name).glob("*.jpg"))
    counts: Counter[str] = Counter()
    for path in paths:
        found = traces.read(path)
        if isinstance(found, Traces):
            for line in looked_at(found):
                counts[line] += 1
                print(f"{path.name}: {line}")
    print(f"\n{len(paths)} photos")
    for line, count in sorted(counts.items()):
        print(f"{count:4} {line}")


def looked_at(found: Traces) -> list[str]:
    """What there was to look at, and what looked wrong."""
    said = [f"generator: {one.value}" for one in metadata_generators.findings(found)]
    said.append("notes in another maker's form" if "but the" in metadata_software.camera(found)
                else "camera: nothing wrong")  # fmt: skip
    taken = moment(found.tag(traces.TAKEN))
    if taken is not None:
        odd = list(oddities(found, taken))
        said.append("a time of taking")
        said += [one for one in ("satellites", "digitised", "before", "future")
                 if any(one in text for text in odd)]  # fmt: skip
        said += ["time of the satellites, to compare"] * (gps_moment(found.gps) is not None)
    if found.gps:
        said.append("a position: " + ("strange" if strange_place(found.gps) else "fine"))
    return said


if __name__ == "__main__":
    main(Path(sys.argv[1]))
