"""What tasks and models exist. Cheap to import: cards are data, constructing a model loads it."""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from graphlib import TopologicalSorter
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from ml.weights import Source, Weights

if TYPE_CHECKING:
    from ml.contracts import Output, View

D = TypeVar("D", covariant=True)
CAPABILITIES = (
    *("ml.analysis", "ml.recognition", "ml.authenticity", "ml.protection"),
    *("ml.prompting", "ml.geolocation", "ml.generation"),
)


class Group(StrEnum):
    """Where on a face's card a task's readings stand, in this order. EVIDENCE: not on a card but in
    the ledger of whether a photo is genuine; such tasks run when that is asked."""

    WHERE = "where"
    CONDITION = "condition"
    EXPRESSION = "expression"
    LOOKS = "looks"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Task(Generic[D]):
    """A question that models answer. Declared where it belongs: well-known ones in ml.contracts,
    others beside their only model.

    name: a slug. title: what a person reads on the page. data: the type of Output.data.
    internal: it tells people nothing by itself, and runs only where another task needs it.
    on_demand: too slow or too much to be done unasked; it runs when it is asked for by name.
    """

    name: str
    title: str
    data: type[D]
    internal: bool = False
    group: Group = Group.LOOKS
    on_demand: bool = False

    @property
    def unasked(self) -> bool:
        """Whether it runs over every photo that is looked at."""
        return not self.on_demand and self.group is not Group.EVIDENCE

    def __str__(self) -> str:
        return self.name


class Device(StrEnum):
    CPU = "cpu"
    CUDA = "cuda"


class Commercial(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Sensitive(StrEnum):
    """What a model claims to read of a person that is nobody's business unless asked for."""

    NOT = ""
    AGE = "age"
    GENDER = "gender"
    RACE = "race"
    EMOTION = "emotion"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure: what, how much, on which data (n), when, by which command."""

    metric: str
    value: str
    data: str
    date: str
    command: str


def figures(data: str, date: str, command: str, values: Mapping[str, str]) -> tuple[Figure, ...]:
    """Figures that one run measured: metric -> how much."""
    return tuple(Figure(metric, value, data, date, command) for metric, value in values.items())


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is to be known of a model before it is loaded.

    name: a slug, unique. title: what a person reads. rank: among models of a task the highest
    is the default. weights: the files it reads, () when nothing was trained. needs: tasks that
    run before it. recipe: raised when preparation or averaging changes its results.
    paper: the work it realises. known_limits: one honest sentence shown to users.
    strangers: of what makes embeddings, the distance within which one pair of strangers in a
        thousand comes, as measured.
    """

    name: str
    title: str
    task: Task[object]
    weights: tuple[Source, ...]
    code_licence: str
    weights_licence: str
    commercial_use: Commercial
    memory_mb: int
    paper: str
    known_limits: str
    recipe: int = 1
    rank: int = 0
    devices: tuple[Device, ...] = (Device.CPU,)
    needs: tuple[Task[object], ...] = ()
    sensitive: Sensitive = Sensitive.NOT
    measured: tuple[Figure, ...] = ()
    strangers: float | None = None

    @property
    def digest(self) -> str:
        """The weights' identity: the only file's sha256, or that of all joined; "" for none."""
        digests = [file.sha256 for source in self.weights for file in source.files]
        if len(digests) < 2:
            return "".join(digests)
        return sha256("".join(digests).encode()).hexdigest()


class Model(ABC):
    """A loaded model. Constructing one loads it; ml.pool does that, and models made of others.

    Heavy imports (torch, onnxruntime, ...) stand inside the constructor.
    """

    card: ClassVar[ModelCard]

    def __init__(self, weights: Weights, device: Device) -> None:
        self.weights = weights
        self.device = device

    @abstractmethod
    def run(self, view: View) -> Output:
        """Look at the view; all faces of a photo in one call."""


M = TypeVar("M", bound=type[Model])
_models: dict[str, type[Model]] = {}


def register(card: ModelCard) -> Callable[[M], M]:
    """Class decorator: make the model known under its card's name."""

    def decorator(model: M) -> M:
        if card.name in _models:
            raise ValueError(f"Two models are named {card.name!r}.")
        model.card = card
        _models[card.name] = model
        return model

    return decorator


def discover(packages: Iterable[str] = CAPABILITIES) -> None:
    """Import every module of the capability packages, so that their models register.

    Raises:
        ImportError: whatever a module raised; a broken model is never passed over.
    """
    for package in packages:
        module = importlib.import_module(package)
        for info in pkgutil.iter_modules(module.__path__, package + "."):
            importlib.import_module(info.name)


def get(name: str) -> type[Model]:
    """The model of that name.

    Raises:
        LookupError: there is none.
    """
    try:
        return _models[name]
    except KeyError:
        raise LookupError(f"No model is named {name!r}; there are {sorted(_models)}.") from None


def cards() -> list[ModelCard]:
    """All cards, by task and then by rank, best first."""
    return sorted(
        (model.card for model in _models.values()), key=lambda c: (c.task.name, -c.rank, c.name)
    )


def tasks() -> dict[str, Task[object]]:
    """Every task that people may ask for and some model answers, by name."""
    return {
        card.task.name: card.task
        for card in cards()
        if not card.task.internal and card.task.group is not Group.EVIDENCE
    }


def evidence() -> dict[str, Task[object]]:
    """Every task that some model finds evidence for, by name: whether a photo is genuine."""
    return {card.task.name: card.task for card in cards() if card.task.group is Group.EVIDENCE}


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be chosen here and now.

    installed: names of models whose weights are there (None: all). accepted: models whose
    non-commercial or unknown licence an administrator accepted. sensitive: the kinds a person
    turned on. forbidden: task names never to run. preferred: task name -> model name.
    """

    installed: frozenset[str] | None = None
    accepted: frozenset[str] = frozenset()
    sensitive: frozenset[Sensitive] = frozenset()
    forbidden: frozenset[str] = frozenset()
    preferred: Mapping[str, str] = field(default_factory=dict)

    def allows(self, card: ModelCard) -> bool:
        return (
            (self.installed is None or card.name in self.installed)
            and (card.commercial_use is Commercial.YES or card.name in self.accepted)
            and (not card.sensitive or card.sensitive in self.sensitive)
            and card.task.name not in self.forbidden
        )


def best(task: Task[object], policy: Policy) -> ModelCard | None:
    """The model to use for a task: the preferred one where it is allowed, else the highest rank."""
    allowed = [card for card in cards() if card.task == task and policy.allows(card)]
    preferred = policy.preferred.get(task.name)
    return next((card for card in allowed if card.name == preferred), next(iter(allowed), None))


def in_order(names: Collection[str]) -> list[str]:
    """The named models, each after those of the tasks it needs; ties by name."""
    chosen = [get(name).card for name in sorted(names)]
    graph = {
        card.name: {other.name for other in chosen if other.task in card.needs} for card in chosen
    }
    return list(TopologicalSorter(graph).static_order())
