"""Sets Django up for a script beside the tests, on a data folder of its own: import it first."""

from __future__ import annotations

import os

import django

from tests import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
django.setup()

DATA = environment.DATA
