"""GeoCLIP's head: places of the world as vectors, to be compared with those of pictures.

Source: Vivanco Cepeda, Nayak, Shah, GeoCLIP, 2023 (NeurIPS). Latitude and longitude go through the
Equal Earth projection (Savric, Patterson, Jenny, 2018) and three capsules of random Fourier
features, whose outputs are added. Runs in torch with the weights that its wheel carries.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.weights import File, Pypi, Weights

LOCATIONS = File(
    "geoclip/model/weights/location_encoder_weights.pth",
    "94b80ae3af89fca78539e129dd2929d321247f5ceeeb0a31bc2c31041a253394",
    37_806_041,
)
PICTURES = File(
    "geoclip/model/weights/image_encoder_mlp_weights.pth",
    "5342c391eec961796d04d02f2bd670bfa97b34ce32c656d0e0676581103c2c14",
    3_938_907,
)
SCALE = File(
    "geoclip/model/weights/logit_scale_weights.pth",
    "9568e2e09dd19083082bf285b2c0c126867e40dbd275a8ee8c621888b861904e",
    759,
)
GALLERY = File(
    "geoclip/model/gps_gallery/coordinates_100K.csv",
    "3a00b1ba58f13443db726533b6399b39609e292df09d4e58792fa5949d1838b1",
    2_024_065,
)
SOURCE = Pypi("geoclip", "1.3.0", (LOCATIONS, PICTURES, SCALE, GALLERY), download=40_292_198)
CAPSULES, FEATURES, DIMENSIONS = 3, 768, 512
# The coefficients of the Equal Earth projection, and the scale that GeoCLIP was trained with.
A1, A2, A3, A4, SPHERE = 1.340264, -0.081106, 0.000893, 0.003796, 66.50336
BATCH = 2048
CACHE = "geoclip-gallery-{}.npy"
Floats = NDArray[np.float32]


class GeoclipHead:
    """Loaded from the wheel's files. `temperature`: what cosines are multiplied by."""

    def __init__(self, weights: Weights) -> None:
        import torch

        read = {
            file: torch.load(weights.path(file), map_location="cpu", weights_only=True)
            for file in (LOCATIONS, PICTURES, SCALE)
        }
        self._places: dict[str, Any] = read[LOCATIONS]
        self._pictures: dict[str, Any] = read[PICTURES]
        scale = read[SCALE]
        self.temperature = float(torch.as_tensor(scale).exp())
        self._weights = weights

    def pictures(self, features: Floats) -> Floats:
        """N x 768 of CLIP ViT-L/14's projection -> N x 512 of length 1."""
        import torch

        with torch.inference_mode():
            x = torch.from_numpy(np.asarray(features, np.float32))
            for layer in (0, 2):
                x = torch.nn.functional.linear(
                    x, self._pictures[f"{layer}.weight"], self._pictures[f"{layer}.bias"]
                )
                x = x.relu() if layer == 0 else x
            return np.asarray(torch.nn.functional.normalize(x, dim=1).numpy())

    def places(self, degrees: NDArray[np.float64]) -> Floats:
        """N x 2, latitude and longitude -> N x 512 of length 1."""
        import torch

        with torch.inference_mode():
            flat = torch.from_numpy(projected(degrees).astype(np.float32))
            total = sum(self._capsule(number, flat) for number in range(CAPSULES))
            return np.asarray(torch.nn.functional.normalize(torch.as_tensor(total), dim=1).numpy())

    def _capsule(self, number: int, flat: Any) -> Any:
        import torch

        def of(name: str) -> Any:
            return self._places[f"LocEnc{number}.{name}"]

        turned = 2 * np.pi * flat @ of("capsule.0.b").T
        x = torch.cat((turned.cos(), turned.sin()), dim=-1)
        for layer in (1, 3, 5):
            weight, bias = of(f"capsule.{layer}.weight"), of(f"capsule.{layer}.bias")
            x = torch.nn.functional.linear(x, weight, bias).relu()
        return torch.nn.functional.linear(x, of("head.0.weight"), of("head.0.bias"))

    def gallery(self, folder: Path | None = None) -> tuple[NDArray[np.float64], Floats]:
        """The 100,000 places that pictures are compared with: degrees, and vectors. Encoding them
        takes minutes: they are kept in `folder` (as float16, 102 MB), by default with the weights.
        """
        degrees = np.loadtxt(self._weights.path(GALLERY), delimiter=",", skiprows=1)
        kept = (folder or self._weights.folder) / CACHE.format(LOCATIONS.sha256[:12])
        if not kept.exists():
            made = [
                self.places(degrees[start : start + BATCH]).astype(np.float16)
                for start in range(0, len(degrees), BATCH)
            ]
            partial = kept.with_suffix(".part.npy")
            np.save(partial, np.concatenate(made))
            partial.replace(kept)
        return degrees, np.load(kept).astype(np.float32)


def projected(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """N x 2, latitude and longitude -> x and y of the Equal Earth projection, as GeoCLIP has it."""
    latitude, longitude = np.radians(degrees).T
    root = np.sqrt(3.0)
    theta = np.arcsin(root / 2 * np.sin(latitude))
    below = 3 * (9 * A4 * theta**8 + 7 * A3 * theta**6 + 3 * A2 * theta**2 + A1)
    x = 2 * root * longitude * np.cos(theta) / below
    y = A4 * theta**9 + A3 * theta**7 + A2 * theta**3 + A1 * theta
    return np.asarray(np.stack([x, y], axis=1) * SPHERE / 180)
