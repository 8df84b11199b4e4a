"""Shows the photos of a set to the models that are measured, as the product would."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import dist
from time import perf_counter
from typing import Any, TypeVar

from ml import decode, registry
from ml.contracts import DETECTION, Output, View
from ml.errors import BadPicture
from ml.evaluation.measuring import NoModel, Setting
from ml.evaluation.readers.samples import Sample
from ml.registry import ModelCard, Policy, Sensitive, Task, best
from ml.types import Face, Picture, Reading
from ml.weights import Weights

A = TypeVar("A")
T = TypeVar("T")
AHEAD, DECODERS = 8, 2  # photos decoded before they are looked at, and by how many threads


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of one photo's meant face: it alone was shown to the models, as face 0.

    outputs: by model measured; nothing where the photo cannot be read or holds no face (unless
    a detector is measured). seconds: of the models that ran before, and of each measured.
    """

    picture: Picture | None
    outputs: Mapping[str, Output]
    before: float = 0.0
    seconds: Mapping[str, float] | None = None


def answers(
    setting: Setting,
    samples: Sequence[Sample[T]],
    answer: Callable[[Output], A | None],
    models: Sequence[str] | None = None,
) -> dict[str, list[A | None]]:
    """What each model says of each sample; None where there is no face or no reading."""
    found: dict[str, list[A | None]] = {name: [] for name in models or setting.models}
    for look in looks(setting, samples, tuple(found)):
        for name, told in found.items():
            told.append(answer(look.outputs[name]) if name in look.outputs else None)
    return found


def looks(setting: Setting, samples: Sequence[Sample[T]], models: Sequence[str]) -> Iterator[Look]:
    """A look at each sample, in their order."""
    cards = [registry.get(name).card for name in models]
    before = needed(cards, setting.pool.weights)
    for done, (sample, picture) in enumerate(zip(samples, decoded(samples), strict=True)):
        setting.progress(done, len(samples), "Looking at photos")
        yield Look(None, {}) if picture is None else looked(setting, sample, picture, cards, before)
    setting.progress(len(samples), len(samples), "Looking at photos")


def looked(
    setting: Setting,
    sample: Sample[T],
    picture: Picture,
    cards: Sequence[ModelCard],
    before: Sequence[ModelCard],
) -> Look:
    began = perf_counter()
    outputs: dict[Task[Any], Output] = {}
    faces: tuple[Face, ...] = ()
    for card in before:
        output = shown(setting, card, picture, faces, outputs)
        if card.task == DETECTION:
            faces = tuple(nearest(output.faces, sample, picture))
            if not faces:
                return Look(picture, {}, perf_counter() - began)
            output = Output(faces=faces)
        outputs[card.task] = output
    spent, told, seconds = perf_counter() - began, {}, {}
    for card in cards:
        began = perf_counter()
        told[card.name] = shown(setting, card, picture, faces, outputs)
        seconds[card.name] = perf_counter() - began
    return Look(picture, told, spent, seconds)


def shown(
    setting: Setting,
    card: ModelCard,
    picture: Picture,
    faces: tuple[Face, ...],
    outputs: Mapping[Task[Any], Output],
) -> Output:
    view = View(picture, faces, {task: outputs[task] for task in card.needs})
    return setting.pool.run(card.name, view)


def nearest(faces: Sequence[Face], sample: Sample[T], picture: Picture) -> list[Face]:
    """The face that is meant: the one nearest to where the set says, or to the photo's middle."""
    wide, high = picture.size
    x, y = sample.near or (wide / sample.enlarge / 2, high / sample.enlarge / 2)
    place = x * sample.enlarge, y * sample.enlarge
    return sorted(faces, key=lambda face: dist(face.box.centre, place))[:1]


def needed(cards: Sequence[ModelCard], weights: Weights) -> list[ModelCard]:
    """The best installed models of the tasks that these need, in their order.

    Raises:
        NoModel: there is none for one of them.
    """
    chosen: dict[str, ModelCard] = {}
    waiting = [task for card in cards for task in card.needs]
    while waiting:
        task = waiting.pop()
        card = best(task, installed(weights))
        if card is None:
            raise NoModel(f"No model for {task} is installed. Run: python manage.py models fetch")
        if card.name not in chosen:
            chosen[card.name] = card
            waiting += card.needs
    return [chosen[name] for name in registry.in_order(chosen)]


def installed(weights: Weights) -> Policy:
    """Everything that is here may be measured, on data whose labels somebody wrote."""
    cards = registry.cards()
    here = frozenset(card.name for card in cards if weights.has(card.weights))
    everyone = frozenset(card.name for card in cards)
    return Policy(installed=here, accepted=everyone, sensitive=frozenset(Sensitive))


def decoded(samples: Sequence[Sample[T]]) -> Iterator[Picture | None]:
    """The samples' pictures in their order, read ahead; None for files that are none."""
    with ThreadPoolExecutor(DECODERS) as readers:
        waiting: deque[Future[Picture | None]] = deque()
        for sample in samples:
            waiting.append(readers.submit(partial(opened, sample)))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def opened(sample: Sample[T]) -> Picture | None:
    try:
        picture = decode.picture(sample.photo)
    except BadPicture:
        return None
    return enlarged(picture, sample.enlarge)


def enlarged(picture: Picture, times: int) -> Picture:
    """The picture so many times larger."""
    if times == 1:
        return picture
    import cv2
    import numpy as np

    wide, high = picture.size
    size = wide * times, high * times
    return Picture(
        np.asarray(cv2.resize(picture.pixels, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    )


def reading(output: Output) -> Reading | None:
    """The first thing read of the face; None when it could not be measured."""
    return next((one for one in output.readings if one.face == 0 and one.value is not None), None)
