"""Makers of pictures: is it still the person, in how many ways, and as asked, for models that took
no part?

One photo each of people of the half that nothing was tuned on. A recogniser that a maker goes by,
or that reads a file of one, does not judge it. The turn is read off a detector's five points, the
expression by the expression network, agreement with words by CLIP where it is installed. Beside
the makers run what must lose: the photo as it is, which neither turns nor varies, and a photo of
somebody else, which is not the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml import alignment, registry
from ml.asked_face import asked_face
from ml.contracts import EMBEDDING, GENERATION, MESH, PORTRAITS
from ml.contracts.portraits import SEEN_AS
from ml.errors import MLError
from ml.evaluation.benchmarks.portraits import chosen
from ml.evaluation.looking import Look, installed, looks
from ml.evaluation.made_pictures import PHOTO, STRANGER, Reader, Tally, losers, told
from ml.evaluation.makers import SIDE, Sat
from ml.evaluation.measuring import Benchmark, Measured, NoModel, Setting, register
from ml.evaluation.metrics.points import mean, quantile
from ml.evaluation.readers.pairs import PEOPLE, PEOPLE_EXPECT
from ml.evaluation.readers.samples import BadData, Sample, read

Floats = NDArray[np.float64]
PEOPLE_MOST = 20
ENOUGH = 0.7  # of the turn asked
ROOM = 0.9  # around a photo's face, as a part of its side: about as portraits have it
MAKER, NAN = "", float("nan")
Tallies = Mapping[str, Tally]
NO_MESH = "No model for mesh is installed. Run: python manage.py models fetch"
TOO_FEW = "Fewer than two people of the half that is told of have a photo whose face can be read."
NOBODY = "No picture was made of anybody in this folder."


def run(setting: Setting) -> dict[str, Measured]:
    reader = Reader(setting)
    people, lost = sitters(setting, reader)
    rows: dict[str, list[Tallies | None]] = {name: [] for name in setting.models}
    why = ""
    for done, sat in enumerate(people):
        setting.progress(done, len(people), "Making pictures")
        beside = losers(sat, people[done - 1], reader)
        for name in setting.models:
            try:
                tally = told(setting, name, sat, reader)
            except MLError as error:
                tally, why = None, str(error)
            rows[name].append(None if tally is None else {MAKER: tally, **beside})
    if not any(one for tallies in rows.values() for one in tallies):
        raise BadData(f"{NOBODY} {why}".strip())
    samples = [sat.sample for sat in people]
    judges = tuple(reader.judges.strangers)
    return {name: measured(samples, tallies, judges, lost) for name, tallies in rows.items()}


def sitters(setting: Setting, reader: Reader) -> tuple[list[Sat], int]:
    """So many people, of whose photo all that makers and judges go by was read; and how many were
    passed over, as it was not.

    Raises:
        BadData: fewer than two have such a photo.
    """
    most = max(2, min(setting.limit or PEOPLE_MOST, PEOPLE_MOST))
    samples = chosen(read(setting.data, PEOPLE, PEOPLE_EXPECT))
    here = installed(setting.pool.weights)
    codes = [card for card in registry.cards() if card.task == EMBEDDING and here.allows(card)]
    mesh = registry.best(MESH, here)
    if mesh is None:
        raise NoModel(NO_MESH)
    models = (mesh.name, *(card.name for card in codes))
    found: list[Sat] = []
    lost = 0
    for sample, look in zip(samples, looks(setting, samples, models), strict=True):
        sat = seated(sample, look, mesh.name, reader)
        lost += sat is None
        found += [] if sat is None else [sat]
        if len(found) == most:
            break
    if len(found) < 2:
        raise BadData(TOO_FEW)
    return found, lost


def seated(sample: Sample[None], look: Look, mesh: str, reader: Reader) -> Sat | None:
    """None: something of the photo could not be read."""
    if look.picture is None or not look.outputs:
        return None
    points = look.outputs[mesh].data.points[0]
    told = [output.embeddings[:1] for name, output in look.outputs.items() if name != mesh]
    if points is None or not all(told):
        return None
    (upright,) = alignment.chips(look.picture, [points], SIDE, ROOM)
    codes = {one.space.model: one for (one,) in told}
    face = asked_face(look.picture, points, {name: one.array for name, one in codes.items()})
    return Sat(sample, look.picture, upright, face, codes, reader.judged(upright).yaw)


def measured(
    samples: Sequence[Sample[None]],
    tallies: Sequence[Tallies | None],
    judges: Sequence[str],
    lost: int = 0,
) -> Measured:
    """matched: share of pictures within the distance that one pair of strangers in a thousand
    comes, the mean of all recognisers that may judge; matched_NAME: by each. away_NAME: the median
    distance to the photo in shares of that distance. apart, apart_NAME: how far pictures that
    differ by their seed alone are from each other, in the same. turned: share turned by ENOUGH of
    what was asked; ratio: the median of measured against asked; seen, seen_NAME: expressions.
    agreement: with the words, the mean cosine. detector: mean score; one_face: share with exactly
    one. seconds: the median of a picture; memory_mb: at most. The same with photo_ and stranger_
    before it of what must lose. What a maker cannot be asked for is nan, and so are recognisers
    that it goes by. refused: people that it made nothing of; they are in none of these. lost:
    how many people's photos could not be read whole; told as skipped."""
    made = [one for one in tallies if one is not None]
    which = np.array([one is not None for one in tallies])

    def score(weights: Floats) -> Mapping[str, float]:
        found = spent([one[MAKER] for one in made], weights[which])
        for way in (MAKER, PHOTO, STRANGER):
            figures = scored([one[way] for one in made], weights[which], judges)
            found.update({f"{way}_{k}".strip("_"): v for k, v in figures.items()})
        return found

    return Measured(
        identities=tuple(sample.identity for sample in samples),
        score=score,
        n=len(made),
        skipped=lost,
        counts={"refused": len(tallies) - len(made)},
        samples=samples,
    )


def scored(rows: Sequence[Tally], weights: Floats, judges: Sequence[str]) -> dict[str, float]:
    found = alike(rows, weights, judges) | as_asked(rows, weights)
    found["detector"] = shared([one.score for one in rows], weights)
    found["one_face"] = shared([one.one_face for one in rows], weights)
    return found


def spent(rows: Sequence[Tally], weights: Floats) -> dict[str, float]:
    return {
        "seconds": middle([one.seconds for one in rows], weights),
        "memory_mb": float(np.fmax.reduce([NAN, *(one.memory for one in rows)])),
    }


def alike(rows: Sequence[Tally], weights: Floats, judges: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for judge in judges:
        away = [one.away.get(judge, []) for one in rows]
        near = [[gap < 1 for gap in gaps] for gaps in away]
        found[f"matched_{judge}"] = shared(near, weights)
        found[f"away_{judge}"] = middle(away, weights)
        apart = [one.apart.get(judge, NAN) for one in rows]
        found[f"apart_{judge}"] = mean(np.array(apart), weights)
    for name in ("matched", "apart"):
        each = np.array([found[f"{name}_{judge}"] for judge in judges])
        found[name] = mean(each, np.ones(len(each)))
    return found


def as_asked(rows: Sequence[Tally], weights: Floats) -> dict[str, float]:
    turns = [list(one.turned.values()) for one in rows]
    found = {
        "turned": shared([[turn >= ENOUGH for turn in one] for one in turns], weights),
        "ratio": middle(turns, weights),
        "seen": shared([list(one.seen.values()) for one in rows], weights),
        "agreement": shared([one.agreement for one in rows], weights),
    }
    for name in SEEN_AS:
        seen = [[one.seen[name]] if name in one.seen else [] for one in rows]
        found[f"seen_{name}"] = shared(seen, weights)
    return found


def shared(values: Sequence[Sequence[float]], weights: Floats) -> float:
    """Of people, each weighted, the mean of their own means; nan where nobody has any."""
    return mean(np.array([np.mean(one) if one else np.nan for one in values]), weights)


def middle(values: Sequence[Sequence[float]], weights: Floats) -> float:
    """The median of all, each as often as its person counts."""
    each = np.repeat(weights, np.array([len(one) for one in values], np.intp))
    return quantile(np.array([gap for one in values for gap in one], np.float64), each, 0.5)


GENERATION_BENCHMARK = register(
    Benchmark(
        name="generation",
        title="Made pictures against judges that took no part",
        asks=GENERATION.name,
        beside=(PORTRAITS.name,),
        metrics=(
            *("matched", "matched_*", "away_*", "apart", "apart_*", "turned", "ratio"),
            *("seen", "seen_*", "agreement", "detector", "one_face", "seconds", "memory_mb"),
            *("photo_*", "stranger_*"),
        ),
        reads=PEOPLE_EXPECT,
        run=run,
        on_card={
            "matched": "taken for the person by recognisers that took no part",
            "turned": "turned by 70 % of 20 degrees or more",
            "seen": "expression asked for was seen",
            "one_face": "exactly one face on the picture",
        },
        asked="people",
    )
)
