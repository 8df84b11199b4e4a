"""Where a worker's process, which knows no Django, gets its store from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import django
from django.apps import apps

if TYPE_CHECKING:
    from webapp.jobs.store import DjangoJobStore


def store() -> DjangoJobStore:
    """The store on the database; sets Django up first where nobody did."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    if not apps.ready:
        django.setup()
    from webapp.jobs.store import DjangoJobStore

    return DjangoJobStore()
