"""Making galleries, and choosing what they are for."""

from __future__ import annotations

from django.db import transaction

from ml.registry import Sensitive
from webapp import sealing
from webapp.models import Gallery, Membership, SensitiveChoice, User
from webapp.services.audit import audit_write
from webapp.services.exports import exports_drop


@transaction.atomic
def gallery_create(*, name: str, purpose: str, owner: User, personal: bool = False) -> Gallery:
    """Make a gallery with a fresh key and its owner as only member."""
    gallery = Gallery.objects.create(
        name=name,
        purpose=Gallery.Purpose(purpose),
        personal_of=owner if personal else None,
        sealed_key=sealing.new_key(),
    )
    Membership.objects.create(gallery=gallery, user=owner, role=Membership.Role.OWNER)
    audit_write(
        actor=owner,
        verb="gallery-create",
        subject=f"gallery:{gallery.pk}",
        gallery=gallery.pk,
        detail=purpose,
    )
    return gallery


@transaction.atomic
def gallery_rename(*, gallery: Gallery, name: str, by: User) -> Gallery:
    """Give the gallery another name."""
    gallery.name = name
    gallery.save(update_fields=["name"])
    audit_write(
        actor=by, verb="gallery-rename", subject=f"gallery:{gallery.pk}", gallery=gallery.pk
    )
    return gallery


@transaction.atomic
def sensitive_choose(*, gallery: Gallery, kind: Sensitive, on: bool, by: User) -> None:
    """Turn a kind of sensitive reading on or off for a gallery; albums with what is off now go."""
    if on:
        SensitiveChoice.objects.get_or_create(
            gallery=gallery, kind=kind.value, defaults={"chosen_by": by}
        )
    else:
        gallery.sensitive_choices.filter(kind=kind.value).delete()
        exports = [one for one in gallery.exports.all() if kind.value in one.sensitive.split()]
        exports_drop(exports=exports, why="sensitive-off")
    audit_write(
        actor=by,
        verb="sensitive-on" if on else "sensitive-off",
        subject=f"gallery:{gallery.pk}",
        gallery=gallery.pk,
        detail=kind.value,
    )
