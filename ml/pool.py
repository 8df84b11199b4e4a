"""The models this process holds: least recently used ones go when memory runs short."""

from __future__ import annotations

from collections import OrderedDict
from threading import RLock

from ml import registry
from ml.contracts import Output, View
from ml.registry import Device, Model
from ml.weights import Weights


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
        self._lock = RLock()

    def run(self, name: str, view: View) -> Output:
        """One model over one view."""
        return self.get(name).run(view)

    def get(self, name: str) -> Model:
        """The loaded model.

        Raises:
            WeightsMissing: its weights are not here. LookupError: no such model.
        """
        with self._lock:
            if name not in self._models:
                cls = registry.get(name)
                self._make_room(cls.card.memory_mb)
                self._models[name] = cls(self.weights, self._device(cls.card.devices))
            self._models.move_to_end(name)
            return self._models[name]

    def _device(self, able: tuple[Device, ...]) -> Device:
        return next((device for device in self.devices if device in able), Device.CPU)

    def _make_room(self, wanted_mb: int) -> None:
        while self._models and self._used_mb() + wanted_mb > self.budget_mb:
            self._models.popitem(last=False)

    def _used_mb(self) -> int:
        return sum(model.card.memory_mb for model in self._models.values())
