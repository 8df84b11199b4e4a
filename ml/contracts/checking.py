"""What looks over made pictures before anybody gets them."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from ml.contracts.views import Output, View
from ml.registry import Model


class OutputChecker(Model):
    """A model of the task OUTPUT_CHECK."""

    @abstractmethod
    def objection(self, pixels: NDArray[np.uint8]) -> str:
        """What is shown that is not to be made, in a few words; "" for nothing. pixels: H x W x 3,
        RGB, 8 bit."""

    def run(self, view: View) -> Output:
        """Photos that people bring are not looked over."""
        return Output()
