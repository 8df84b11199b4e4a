"""What the picture as a whole looks like, by GeoCLIP and StreetCLIP: models from the hub, by card.

GeoCLIP needs CLIP ViT-L/14's vision tower, StreetCLIP is a CLIP of its own. PINNED is the place
where an administrator's release pins their repositories' revisions and digests. It is empty: none
could be read where this was written, and none is guessed. GeoCLIP's own head is pinned
(ml.geolocation.geoclip_head).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.contracts import WRITING, Output, View
from ml.geolocation import location_ledger
from ml.geolocation.cells import COARSE, earth
from ml.geolocation.clues import Clue, Country, Raster
from ml.geolocation.countries import listed, scaled, states
from ml.geolocation.geoclip_head import SOURCE, GeoclipHead
from ml.geolocation.look import LOOK, Looks
from ml.registry import Commercial, Device, Model, ModelCard, register
from ml.types import Reading
from ml.weights import Hub, Weights

FLOOR, WEIGHT = 0.02, 0.7
STREET_FLOOR, STREET_WEIGHT = 0.05, 0.7
REMOVAL = "Crop the background, or blur it"
PROMPT = "A Street View photo in {}."
TITLE = "Look of the place"


@dataclass(frozen=True, slots=True)
class Pinned:
    """A repository with config.json, preprocessor_config.json and model.safetensors (and for
    StreetCLIP the tokenizer's files), and what its card says."""

    name: str
    source: Hub
    kind: type[Model]
    licence: str
    commercial_use: Commercial
    paper: str
    memory_mb: int


PINNED: tuple[Pinned, ...] = ()


class Geoclip(Model):
    """Compares the picture with 100,000 places, and says how alike each cell is."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        import h3
        from transformers import CLIPImageProcessor, CLIPVisionModelWithProjection

        with TemporaryDirectory() as folder:
            weights.lay_out(hubs(self.card), Path(folder))
            self._prepare: Any = CLIPImageProcessor.from_pretrained(folder, local_files_only=True)
            tower: Any = CLIPVisionModelWithProjection.from_pretrained(
                folder, local_files_only=True
            )
        self._tower = tower.to(device.value).eval()
        self._head = GeoclipHead(weights)
        degrees, self._places = self._head.gallery()
        names = {name: number for number, name in enumerate(earth().names)}
        self._cells = np.array([names[h3.latlng_to_cell(*one, COARSE)] for one in degrees])

    def run(self, view: View) -> Output:
        import torch
        from PIL import Image

        shown = self._prepare(images=Image.fromarray(view.picture.pixels), return_tensors="pt")
        with torch.inference_mode():
            features = self._tower(**shown.to(self.device.value)).image_embeds.float().cpu().numpy()
        odds = softmax(self._head.temperature * self._places @ self._head.pictures(features)[0])
        likelihood = by_cell(odds, self._cells)
        best = int(likelihood.argmax())
        points = (Raster.of(likelihood),)
        where = earth().places
        around = f"{where.latitude[best]:.0f}°, {where.longitude[best]:.0f}°"
        clue = a_clue("geoclip", "the picture as a whole", f"most like places around {around}")
        return told(self.card.name, (with_points(clue, points, FLOOR, WEIGHT),))


class Streetclip(Model):
    """Compares the picture with sentences that name each country."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        from transformers import AutoTokenizer, CLIPImageProcessor, CLIPModel

        with TemporaryDirectory() as folder:
            weights.lay_out(hubs(self.card), Path(folder))
            self._prepare: Any = CLIPImageProcessor.from_pretrained(folder, local_files_only=True)
            read = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            model: Any = CLIPModel.from_pretrained(folder, local_files_only=True)
        self._model = model.to(device.value).eval()
        self._codes = sorted(states())
        sentences = [PROMPT.format(states()[code].name) for code in self._codes]
        self._sentences = read(sentences, return_tensors="pt", padding=True).to(device.value)

    def run(self, view: View) -> Output:
        import torch
        from PIL import Image

        shown = self._prepare(images=Image.fromarray(view.picture.pixels), return_tensors="pt")
        with torch.inference_mode():
            found = self._model(**self._sentences, **shown.to(self.device.value))
        odds = softmax(found.logits_per_image[0].float().cpu().numpy())
        points = scaled(dict(zip(self._codes, odds.tolist(), strict=True)))
        clue = a_clue("streetclip", "the picture as a whole", f"most like {listed(points)}")
        return told(self.card.name, (with_points(clue, points, STREET_FLOOR, STREET_WEIGHT),))


def hubs(card: ModelCard) -> Iterator[Hub]:
    """Those of its sources that transformers reads."""
    return (source for source in card.weights if isinstance(source, Hub))


def softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    odds = np.exp(logits.astype(np.float64) - logits.max())
    return np.asarray(odds / odds.sum(), np.float64)


def by_cell(odds: NDArray[np.float64], cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mean of the odds of the places in each coarse cell. The gallery is dense where many
    photos are taken, which is known before: only how alike a cell's places are counts."""
    count = len(earth().names)
    total = np.bincount(cells, odds, count)
    places = np.bincount(cells, minlength=count)
    return np.asarray(total / np.maximum(places, 1), np.float64)


def a_clue(source: str, saw: str, tells: str) -> Clue:
    return Clue(f"{source}: {saw}", source, TITLE, saw, tells, removal=REMOVAL)


def with_points(
    clue: Clue, points: tuple[Raster | Country, ...], floor: float, weight: float
) -> Clue:
    data = {slot: getattr(clue, slot) for slot in Clue.__slots__}
    return Clue(**data | {"points": points, "floor": floor, "weight": weight})


def told(name: str, clues: tuple[Clue, ...]) -> Output:
    readings = tuple(Reading(name, TITLE.lower(), clue.tells) for clue in clues)
    return Output(readings=readings, data=Looks(clues))


def card(one: Pinned) -> ModelCard:
    head = (SOURCE,) if issubclass(one.kind, Geoclip) else ()
    return ModelCard(
        name=one.name,
        title=f"{TITLE} ({one.source.repo})",
        task=LOOK,
        weights=(one.source, *head),
        code_licence="Apache-2.0",
        weights_licence=one.licence,
        commercial_use=one.commercial_use,
        memory_mb=one.memory_mb,
        devices=(Device.CPU, Device.CUDA),
        paper=one.paper,
        known_limits="Not measured here. It knows best what tourists photograph.",
    )


class LocationWithLook(location_ledger.LocationLedger):
    """The ledger with what the place looks like."""

    def run(self, view: View) -> Output:
        looks = view.data(LOOK).clues
        return location_ledger.told(self.card.name, view, view.data(WRITING), looks, self.land)


def known(one: Pinned) -> type[Model]:
    """The pinned model as one of its own, registered."""
    return register(card(one))(type(f"Pinned{one.kind.__name__}", (one.kind,), {}))


for _one in PINNED:
    known(_one)
if PINNED:
    register(location_ledger.with_look())(LocationWithLook)
