"""A person on several photos who agreed to portraits, and a tiny network to learn them on."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from django.core.files.base import ContentFile
from PIL import Image
from pytest_django.fixtures import Settings

from ml import registry, runtimes
from tests.ml.generation import tiny_diffusion
from tests.webapp.rows import a_face, a_photo
from webapp.models import Consent, Gallery, Person, Photo, User
from webapp.services.consents import consent_record
from webapp.services.portraits import adult_declare

NAME = "ip-adapter-plus-face"


def tiny_network(folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed in the place of the real one, beside what is."""
    kind = type(tiny_diffusion.loaded("plus-face", folder))
    for one in Path(settings.WEIGHTS_DIR).iterdir():
        if one.is_dir():
            (folder / "weights" / one.name).symlink_to(one)
    settings.WEIGHTS_DIR = folder / "weights"
    registry.discover()
    monkeypatch.setattr(runtimes, "_threads", 1)  # so little work takes longer when it is shared
    monkeypatch.setitem(registry._models, NAME, kind)


def a_noisy_photo(gallery: Gallery, seed: int) -> Photo:
    """640 x 480 pixels of noise."""
    photo = a_photo(gallery)
    chance = np.random.default_rng(seed)
    file = BytesIO()
    Image.fromarray(chance.integers(0, 256, (480, 640, 3), np.uint8)).save(file, "PNG")
    photo.original.delete(save=False)
    photo.original.save("original.png", ContentFile(file.getvalue()))
    return photo


def photographed(gallery: Gallery, photos: int = 5, name: str = "Vera") -> Person:
    """Named on so many photos, and nothing more."""
    person = Person.objects.create(gallery=gallery, name=name)
    for seed in range(photos):
        a_face(a_noisy_photo(gallery, seed), 200, person)
    return person


def agreed(person: Person, by: User) -> Person:
    consent_record(
        person=person, by=by, purpose=Consent.Purpose.GENERATION, basis="agreed",
        statement="She said so.",
    )  # fmt: skip
    adult_declare(person=person, statement="I saw her card.", by=by)
    return person
