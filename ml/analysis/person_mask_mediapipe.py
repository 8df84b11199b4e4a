"""Tells people from what is behind them with MediaPipe's selfie segmentation."""

from __future__ import annotations

import numpy as np

from ml.contracts import PERSON_MASK, Output, PersonMask, View
from ml.raster import png
from ml.registry import Commercial, Device, Model, ModelCard, register
from ml.runtimes import Floats, TfLite
from ml.types import Mark, MarkKind, Picture, Reading
from ml.weights import File, Pypi, Weights

NAME = "mediapipe-person-mask"
SIZE = 256
WEIGHTS = File(
    "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
    "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
    249_505,
)
SOURCE = Pypi("mediapipe", "0.10.21", (WEIGHTS,), download=35_622_638)


@register(
    ModelCard(
        name=NAME,
        title="MediaPipe selfie segmentation",
        task=PERSON_MASK,
        weights=(SOURCE,),
        code_licence="Apache-2.0",
        weights_licence="Apache-2.0",
        commercial_use=Commercial.YES,
        memory_mb=20,
        paper="MediaPipe Selfie Segmentation, model card, 2021",
        known_limits=(
            "Not measured here: no labelled masks were to be had. Made for people near the camera: "
            "it takes what they hold and touch along, loses people far behind and in the dark, and "
            "its edges are as coarse as a photo of 256 pixels."
        ),
    )
)
class PersonMasks(Model):
    """How likely each part of the photo is a person, whoever it is."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._net = TfLite(weights.path(WEIGHTS))

    def run(self, view: View) -> Output:
        soft = self.soft(view.picture)
        share = round(100 * float((soft > 0.5).mean()))
        reading = Reading(NAME, "people cover", float(share), unit="%")
        width, height = view.picture.size
        corners = ((0.0, 0.0), (float(width), float(height)))
        raster = png((255 * soft).astype(np.uint8))
        mark = Mark(NAME, "People", MarkKind.MASK, (corners,), raster=raster)
        marks = (mark,) if share else ()
        return Output(readings=(reading,), marks=marks, data=PersonMask(soft))

    def soft(self, picture: Picture) -> Floats:
        """256 x 256, 0..1; the photo is squeezed into a square, as the network knows it."""
        import cv2

        square = cv2.resize(picture.pixels, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        found: Floats = self._net(square.astype(np.float32)[None] / np.float32(255))
        return found.reshape(SIZE, SIZE).clip(0, 1)
