"""Hides 32 bits in a picture with RivaGAN, and reads them again.

The network is shown a square copy of one size, and what it adds to that is added to the picture: so
a picture that was made smaller reads as before, and marking costs the same for any size.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.contracts import MARK
from ml.contracts.marks import BITS, Marker, Pixels
from ml.registry import Commercial, Device, ModelCard, register
from ml.runtimes import Floats, Onnx
from ml.weights import File, Pypi, Weights

NAME = "rivagan"
ENCODER = File(
    "imwatermark/rivagan_encoder.onnx",
    "66bc7814fadac7d686105c8ab26c6cf2cc8e40deb83e67bb6ef5b9de9b8ece0d",
    657_164,
)
DECODER = File(
    "imwatermark/rivagan_decoder.onnx",
    "6b006690cf352fa50a91a0b6d6241dbcded0a9957969e2c0665cf9a7011b3880",
    1_088_816,
)
SIDE = 256  # pixels of the copy
STRONGER = 1.5  # times what the network adds
# Of a picture that lost its rim the copy is larger than it was: it is read in smaller sizes, too.
SIZES = (1.0, 0.9, 0.8)
HALF = 0.52  # a bit is set above it


@register(
    ModelCard(
        name=NAME,
        title="Hidden number (RivaGAN)",
        task=MARK,
        weights=(Pypi("invisible-watermark", "0.2.0", (ENCODER, DECODER), download=1_633_253),),
        code_licence="MIT",
        weights_licence="MIT",
        commercial_use=Commercial.YES,
        memory_mb=260,
        paper="Zhang et al., Robust Invisible Video Watermarking with Attention, 2019",
        known_limits=(
            "Whoever wants to remove the number can; strong cropping, filters and painting over "
            "lose it, and some pictures hold it badly from the start."
        ),
    )
)
class RivaGan(Marker):
    """Numbers in pictures, by attention over each pixel's surroundings."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._encoder = Onnx(weights.path(ENCODER))
        self._decoder = Onnx(weights.path(DECODER))

    def marked(self, pixels: Pixels, number: int) -> Pixels:
        import cv2

        small = shown(pixels, SIDE)
        data = np.array([bits(number)], np.float32)
        made = self._encoder.named({"frame": small, "data": data})[0]
        added = (made.clip(-1, 1) - small)[0, :, 0].transpose(1, 2, 0)
        high, wide = pixels.shape[:2]
        large: Any = cv2.resize(added, (wide, high), interpolation=cv2.INTER_CUBIC)
        whole = pixels + STRONGER * 127.5 * large[..., ::-1]
        return (whole + 0.5).clip(0, 255).astype(np.uint8)  # type: ignore[no-any-return]

    def read(self, pixels: Pixels) -> tuple[int, ...]:
        sides = [round(SIDE * size) for size in SIZES]
        seen = [self._decoder(shown(pixels, side))[0][0] for side in sides]
        return tuple(dict.fromkeys(number(one > HALF) for one in seen))


def shown(pixels: Pixels, side: int) -> Floats:
    """1 x 3 x 1 x side x side: blue, green, red from -1 to 1, as the network learned them."""
    import cv2

    smaller = max(pixels.shape[:2]) > side
    way = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    square: Any = cv2.resize(pixels, (side, side), interpolation=way)
    turned = square[..., ::-1].astype(np.float32) / np.float32(127.5) - 1
    frame: Floats = np.ascontiguousarray(turned.transpose(2, 0, 1))[None, :, None]
    return frame


def bits(number: int) -> list[int]:
    """The highest first."""
    return [number >> place & 1 for place in reversed(range(BITS))]


def number(set_: NDArray[np.bool_]) -> int:
    """What `bits` was given."""
    return sum(int(one) << place for place, one in enumerate(reversed(set_.tolist())))
