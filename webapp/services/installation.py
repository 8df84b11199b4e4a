"""The first start: who the administrator is and what the installation is for."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from ml.registry import Sensitive
from webapp.models import Gallery, Setting, User
from webapp.selectors.galleries import never_read
from webapp.selectors.installation import USE
from webapp.services.audit import audit_write
from webapp.services.galleries import gallery_create, sensitive_choose


@transaction.atomic
def installation_start(
    *, by: User, name: str, password: str, use: str, kinds: Iterable[Sensitive] = ()
) -> Gallery:
    """Keep the answers; the administrator's personal gallery with that purpose.

    kinds: sensitive readings to turn on; those the purpose never permits stay off.
    """
    by.username = name
    by.set_password(password)
    by.save(update_fields=["username", "password"])
    by.sign_in_links.all().delete()  # from now on there is a password
    Setting.objects.update_or_create(key=USE, defaults={"value": Gallery.Purpose(use)})
    gallery = _personal_gallery(by, use)
    for kind in sorted(set(kinds) - never_read(gallery)):
        sensitive_choose(gallery=gallery, kind=kind, on=True, by=by)
    audit_write(actor=by, verb="start", detail=use)
    return gallery


def _personal_gallery(user: User, use: str) -> Gallery:
    """The one made with the account, given its purpose now; it holds no photo yet."""
    gallery = Gallery.objects.filter(personal_of=user).first()
    if gallery is None:
        return gallery_create(name="My photos", purpose=use, owner=user, personal=True)
    gallery.purpose = Gallery.Purpose(use)
    gallery.save(update_fields=["purpose"])
    return gallery
