"""Looks for the regular peaks in a photo's spectrum that generators leave when they upsample."""

from __future__ import annotations

from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import blocks
from ml.contracts import Output, View
from ml.registry import Commercial, Group, Model, ModelCard, Task, register
from ml.types import Claim, Finding, Reading

NAME = "spectrum-peaks"
SPECTRUM: Task[Any] = Task(
    "spectrum-peaks", "Peaks in the spectrum", NoneType, group=Group.EVIDENCE
)
TITLE = "peaks in the spectrum"
SIDE, SMALLEST = 512, 128  # pixels of the square that is looked at
LEAST_SPREAD = 1.0  # of its grey levels, else it is even and has no spectrum
UPSAMPLED = (2, 4)  # every n-th pixel was there before upsampling
JPEG = 8  # its blocks leave peaks too, at all multiples of their frequency
NEAR, RING = 1, 4  # bins around a peak; how wide the ring of like frequencies is
STANDS_OUT = 1.0  # decades over JPEG's own


def middle(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The square in the middle that is looked at: whole blocks, at most SIDE pixels wide."""
    shape = pixels.shape[:2]
    side = min(SIDE, min(shape) // JPEG * JPEG)
    top, left = ((length - side) // 2 for length in shape)
    return pixels[top : top + side, left : left + side]


def excess(pixels: NDArray[np.uint8]) -> float:
    """By how many decades the strongest peak of upsampling stands above those that JPEG's blocks
    leave; each peak against the median of its ring (Durall et al., Watch your Up-Convolution,
    2020; Zhang et al., Detecting and Simulating Artifacts in GAN Fake Images, 2019)."""
    from scipy.fft import fft2, fftshift

    square = blocks.luminance(middle(pixels))
    side = len(square)
    window = np.hanning(side)
    power = fftshift(np.abs(fft2((square - square.mean()) * np.outer(window, window))) ** 2)
    logs = np.log10(power + 1e-3)
    rows, columns = np.mgrid[:side, :side] - side // 2
    radii = np.hypot(rows, columns)

    def peak(across: int, down: int) -> float:
        x, y = across + side // 2, down + side // 2
        top, left = max(y - NEAR, 0), max(x - NEAR, 0)
        here = logs[top : y + NEAR + 1, left : x + NEAR + 1].max()
        alike = np.abs(radii - np.hypot(across, down)) < RING
        return float(here - np.median(logs[alike]))

    step = side // JPEG
    upsampling = [
        peak(-a * side // times, -b * side // times)
        for times in UPSAMPLED
        for a, b in ((1, 0), (0, 1), (1, 1))
    ]
    compression = [peak(-a * step, -b * step) for a, b in ((1, 0), (0, 1), (3, 0), (0, 3))]
    return max(upsampling) - max(compression)


@register(
    ModelCard(
        name=NAME,
        title="Peaks in the spectrum",
        task=SPECTRUM,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=30,
        paper="Durall et al., Watch your Up-Convolution, 2020; Zhang et al., Detecting and "
        "Simulating Artifacts in GAN Fake Images, 2019",
        known_limits=(
            "Not measured on generated photos, and so it weighs nothing; honest photos of regular "
            "patterns have peaks too, and resizing or JPEG wipes out those of generators."
        ),
    )
)
class SpectrumPeaks(Model):
    """Whether the photo's spectrum has peaks where upsampling by two or four puts them."""

    def run(self, view: View) -> Output:
        if min(view.picture.size) < SMALLEST:
            nothing = Finding(NAME, TITLE, None, Claim.GENERATED, note="photo too small")
            return Output(findings=(nothing,))
        if middle(view.picture.pixels).std() < LEAST_SPREAD:
            nothing = Finding(NAME, TITLE, None, Claim.GENERATED, note="nothing to be seen on it")
            return Output(findings=(nothing,))
        found = excess(view.picture.pixels)
        value = (
            "where upsampling or a regular pattern leaves them"
            if found > STANDS_OUT
            else "none beyond JPEG's own"
        )
        told = "not measured: there were no generated photos to measure it on"
        finding = Finding(NAME, TITLE, value, Claim.GENERATED, reliability=told)
        return Output(findings=(finding,), readings=(Reading(NAME, TITLE, round(found, 2)),))
