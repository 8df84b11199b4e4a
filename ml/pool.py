"""The models this process holds: least recently used ones go when memory runs short."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import RLock
from typing import TypeVar

from ml import registry
from ml.contracts import Output, View
from ml.errors import OutOfMemory
from ml.registry import Device, Model, ModelCard
from ml.weights import Weights

R = TypeVar("R")


def silently(device: Device) -> None:
    """Nobody is told."""


class Pool:
    """Loads models on first use and keeps them under a memory budget.

    budget_mb: the sum of the cards' memory_mb held at once (the newest model is always held).
    devices: in order of preference.
    """

    def __init__(
        self, weights: Weights, budget_mb: int = 4096, devices: tuple[Device, ...] = (Device.CPU,)
    ) -> None:
        self.weights = weights
        self.budget_mb = budget_mb
        self.devices = devices
        self._models: OrderedDict[str, Model] = OrderedDict()
        self._full: dict[str, set[Device]] = {}  # devices without room for a model
        self._lock = RLock()

    def run(self, name: str, view: View) -> Output:
        """One model over one view; on the next device when the first has no room for it.

        Raises:
            OutOfMemory: no device has room. Also what get() raises.
        """
        return self.using(name, lambda model: model.run(view))

    def using(
        self, name: str, act: Callable[[Model], R], moved: Callable[[Device], None] = silently
    ) -> R:
        """What is made of a model; once more on the next device when the first has no room for it.

        moved: told that device, before it begins again. Raises as run() does.
        """
        try:
            return act(self.get(name))
        except OutOfMemory:
            if not self._move(name):
                raise
        moved(self.get(name).device)
        return self.using(name, act, moved)

    def get(self, name: str) -> Model:
        """The loaded model.

        Raises:
            WeightsMissing: its weights are not here. LookupError: no such model.
        """
        with self._lock:
            if name not in self._models:
                cls = registry.get(name)
                self._make_room(cls.card.memory_mb)
                self._models[name] = cls(self.weights, self._device(cls.card))
            self._models.move_to_end(name)
            return self._models[name]

    def _device(self, card: ModelCard) -> Device:
        full = self._full.get(card.name, set())
        able = (device for device in self.devices if device in card.devices and device not in full)
        return next(able, Device.CPU)

    def _move(self, name: str) -> bool:
        """Forget a model on a device that is too small; False when it was on the last one."""
        with self._lock:
            model = self.get(name)
            if model.device is Device.CPU:
                return False
            self._full.setdefault(name, set()).add(model.device)
            del self._models[name]
            return True

    def _make_room(self, wanted_mb: int) -> None:
        while self._models and self._used_mb() + wanted_mb > self.budget_mb:
            self._models.popitem(last=False)

    def _used_mb(self) -> int:
        return sum(model.card.memory_mb for model in self._models.values())
