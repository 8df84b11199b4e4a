"""What every test stands on: a data folder of its own, real weights, photos to look at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from redis import Redis

from ml import runtimes
from tests.environment import DATA
from tests.stack import Stack, Stacks
from webapp.install import chromium

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests are skipped where there is no browser; CI must have one."""
    if chromium() is not None or os.environ.get("CI"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="needs Chromium: apt install chromium"))


@pytest.fixture(scope="session", autouse=True)
def _data_folder() -> Iterator[None]:
    yield
    shutil.rmtree(DATA, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _own_cores() -> None:
    """Processes of tests beside each other share the cores, as workers do: models that each took
    all of them would wait for each other."""
    beside = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    runtimes.use_threads(max(len(psutil.Process().cpu_affinity()) // beside, 1))


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    """Hashing passwords is slow on purpose, and took half of the time of pages' tests. A whole
    installation hashes as slowly as ever, and reads these too: they say how they were hashed."""
    PBKDF2PasswordHasher.iterations = 1_000


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """PostgreSQL's database of the tests, too, is the one that an installation uses."""
    if "DATABASE_URL" in os.environ:
        from django.db import connection

        connection.settings_dict["TEST"]["NAME"] = connection.settings_dict["NAME"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix() -> None:
    """Every process of the tests has a data folder and a database of its own; with another name
    than the installation's it would not be the one that pages show."""


@pytest.fixture(scope="session")
def _stacks(_data_folder: None) -> Iterator[Stacks]:
    stacks = Stacks()
    yield stacks
    stacks.stop()


@pytest.fixture
def stack(transactional_db: None, _stacks: Stacks) -> Stack:
    """A whole installation, running: pages, workers, reaper, queue. It sees the rows that the
    test makes, and the test sees its; they are gone after the test."""
    return _stacks.use()


@pytest.fixture
def valkey(_stacks: Stacks) -> Redis:
    """A client of a real queue at REDIS_URL, empty."""
    client = _stacks.queue()
    client.flushall()
    return client


@pytest.fixture(scope="session")
def weights_folder() -> Path:
    """The installed weights; `make test` fetches them first."""
    return Path(os.environ["WEIGHTS_DIR"])


@pytest.fixture(scope="session")
def astronaut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A JPEG with one frontal face, 512 x 512 (scikit-image, public domain)."""
    from PIL import Image
    from skimage import data

    path = tmp_path_factory.mktemp("photos") / "astronaut.jpg"
    Image.fromarray(data.astronaut()).save(path, quality=92)
    return path


@pytest.fixture(scope="session")
def shared() -> Path:
    """Photos and labelled data beside the project, where they are."""
    if not (SHARED / "photos").is_dir():
        pytest.skip("needs ../shared/photos, which is not here")
    return SHARED
