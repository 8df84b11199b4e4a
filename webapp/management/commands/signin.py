"""manage.py signin [USERNAME]: prints a fresh one-time link."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.models import User
from webapp.running.start import sign_in_url
from webapp.services.users import first_administrator, sign_in_link_create


class Command(BaseCommand):
    help = "Prints a link that signs the user in once, within 15 minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", help="default: the first administrator")

    def handle(self, *args: Any, username: str | None = None, **options: Any) -> None:
        user = first_administrator() if username is None else _named(username)
        self.stdout.write(sign_in_url(sign_in_link_create(user=user)))


def _named(username: str) -> User:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"Nobody is called {username!r}.")
    return user
