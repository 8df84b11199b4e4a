"""Deleting files that models or jobs made."""

from __future__ import annotations

from django.db import transaction

from webapp.models import Artifact, User
from webapp.selectors.proofs import companions
from webapp.services.audit import audit_write


@transaction.atomic
def artifact_delete(*, artifact: Artifact, by: User) -> None:
    """Delete the file, with what was made along with it, unless another result is the same file;
    it can be made again."""
    photo = artifact.run.photo
    audit_write(
        actor=by, verb="made-delete", subject=f"photo:{photo.pk}", gallery=photo.gallery_id,
        detail=artifact.kind,
    )  # fmt: skip
    for one in (*companions(artifact), artifact):
        artifact_erase(artifact=one)


def artifact_erase(*, artifact: Artifact) -> None:
    """Delete the file, unless another result is the same; called in a transaction."""
    file = artifact.file
    artifact.delete()
    if not Artifact.objects.filter(file=file.name).exists():
        transaction.on_commit(lambda: file.storage.delete(str(file.name)))
