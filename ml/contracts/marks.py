"""What hides a number in a picture so that it can be read again."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from ml.contracts.views import Output, View
from ml.registry import Model

Pixels = NDArray[np.uint8]
BITS = 32


class Marker(Model):
    """A model of the task MARK."""

    @abstractmethod
    def marked(self, pixels: Pixels, number: int) -> Pixels:
        """pixels: H x W x 3, RGB, 8 bit; so is what comes back. number: of BITS bits."""

    @abstractmethod
    def read(self, pixels: Pixels) -> tuple[int, ...]:
        """The numbers that may be hidden in a picture, as it is and as a part of a larger one. Bits
        of them may be wrong; a picture without a mark gives some numbers, too."""

    def run(self, view: View) -> Output:
        """Nothing is marked unasked."""
        return Output()
