"""A job's plan: the models that will run, resolved at submission so that a retry runs the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from ml import registry
from ml.pipelines import Urgency
from ml.registry import Device, ModelCard, Policy, Task, best
from tasks import lanes


@dataclass(frozen=True, slots=True)
class Planned:
    """A model with what identified it at submission. asked: False when only needed by others."""

    model: str
    digest: str
    recipe: int
    asked: bool


@dataclass(frozen=True, slots=True)
class Plan:
    models: tuple[Planned, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(planned.model for planned in self.models)

    def to_json(self) -> dict[str, Any]:
        return {"models": [{s: getattr(m, s) for s in Planned.__slots__} for m in self.models]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(tuple(Planned(**model) for model in data.get("models", [])))


def resolve(tasks: tuple[str, ...], policy: Policy, own: tuple[Task[object], ...] = ()) -> Plan:
    """The best model of each task (none named: of every task that runs unasked), with those
    they need. own: tasks of the kind of job, which may be none that people ask for by name.

    Tasks that the policy allows no model for are left out, and so is what needs them.

    Raises:
        LookupError: a task nobody registered.
    """
    known = registry.tasks() | registry.evidence() | {task.name: task for task in own}
    unknown = [name for name in tasks if name not in known]
    if unknown:
        raise LookupError(f"Nothing here reads {', '.join(unknown)}; there are {', '.join(known)}.")
    chosen: dict[str, Planned] = {}
    for name in tasks or [name for name, task in known.items() if task.unasked]:
        _add(known[name], policy, chosen, asked=True)
    return Plan(tuple(chosen[name] for name in registry.in_order(chosen)))


def lane_for(
    plan: Plan, urgency: Urgency, served: set[str], engine: ModelCard | None = None
) -> str:
    """The GPU's lane when a planned model, or the engine that answers, wants one and either a
    worker has one or some model cannot do without; else the CPU's."""
    cards = [registry.get(name).card for name in plan.names] + ([engine] if engine else [])
    gpu = lanes.lane_of(Device.CUDA, urgency)
    wanted = any(Device.CUDA in card.devices for card in cards)
    needed = any(Device.CPU not in card.devices for card in cards)
    if needed or (wanted and gpu in served):
        return gpu
    return lanes.lane_of(Device.CPU, urgency)


def _add(task: Task[object], policy: Policy, chosen: dict[str, Planned], *, asked: bool) -> bool:
    card = best(task, policy)
    if card is None:
        return False
    needed: dict[str, Planned] = dict(chosen)
    if not all(_add(need, policy, needed, asked=False) for need in card.needs):
        return False
    chosen |= needed
    chosen[card.name] = _planned(card, asked or (card.name in chosen and chosen[card.name].asked))
    return True


def _planned(card: ModelCard, asked: bool) -> Planned:
    return Planned(card.name, card.digest, card.recipe, asked)
