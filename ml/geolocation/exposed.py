"""What a ledger of where a photo was taken tells strangers, as lines of its exposure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ml.exposure import Act, Line, Topic, Weight
from ml.geolocation.countries import name_of
from ml.geolocation.evidence import COVER_TEXT
from ml.geolocation.ledger import Answer, Ledger

ANYWHERE = 5e7  # km2: a region of 90 % so large says nothing
NEAR, WIDE = 1e3, 2e6  # km2 of the region: from a town's size on, from that of several countries on
LIKELY = 0.5  # a country's share from which on it is named without doubt
DOES: Mapping[str, Act] = {COVER_TEXT: Act.HIDE_TEXT}


def lines(ledger: Ledger, answer: Answer, struck: Collection[str]) -> Iterator[Line]:
    """At most one, of what the picture itself shows: the file's position is a line of the file.

    answer: what the clues that are not struck out say together.
    """
    counted = [one for one in ledger.clues if one.read and one.name not in struck]
    seen = [one for one in counted if one.box is not None]
    km2 = answer.regions[-1].km2
    if not seen or km2 > ANYWHERE:
        return
    best, more = seen[0], len(seen) - 1
    if len(counted) > len(seen):
        learns, weight = "Where it was taken, without the file's word too", Weight.SOME
    else:
        learns = f"Where it may have been taken: {where(answer)}, 90 % within {area(km2)}"
        weight = Weight.MUCH if km2 < NEAR else Weight.SOME if km2 < WIDE else Weight.LITTLE
    cause = f"{best.title.lower()} “{best.saw[:60]}”" + (f" and {more} more" if more else "")
    yield Line(
        weight, Topic.SIGHTS, learns, cause, best.removal, DOES.get(best.removal, Act.CROP_PLACE)
    )


def where(answer: Answer) -> str:
    if not answer.countries:
        return "at sea"
    code, share = answer.countries[0]
    return name_of(code) if share >= LIKELY else f"{name_of(code)} perhaps"


def area(km2: float) -> str:
    """Of two figures: more would be untrue."""
    return f"{float(f'{km2:.2g}'):,.0f} km²" if km2 >= 1 else "1 km²"
