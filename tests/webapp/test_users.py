"""The first administrator, and one-time sign-in links."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.webapp.rows import a_user
from webapp.models import AuditLine, SignInLink, User
from webapp.running.start import first_url
from webapp.services.installation import installation_start
from webapp.services.users import first_administrator, sign_in_link_create, sign_in_link_use

pytestmark = pytest.mark.django_db


def test_a_link_signs_in_once() -> None:
    anna = a_user()
    token = sign_in_link_create(user=anna)
    assert sign_in_link_use(token=token) == anna
    assert sign_in_link_use(token=token) is None
    assert AuditLine.objects.filter(verb="sign-in", detail="link").count() == 1


def test_a_link_is_too_old_after_fifteen_minutes() -> None:
    token = sign_in_link_create(user=a_user())
    assert SignInLink.objects.get().expires <= timezone.now() + timedelta(minutes=15)
    SignInLink.objects.update(expires=timezone.now())
    assert sign_in_link_use(token=token) is None


def test_the_token_is_not_kept() -> None:
    token = sign_in_link_create(user=a_user())
    assert token not in str(list(SignInLink.objects.values()))


def test_invented_tokens_and_closed_accounts_do_not_sign_in() -> None:
    anna = a_user()
    token = sign_in_link_create(user=anna)
    User.objects.update(is_active=False)
    assert sign_in_link_use(token="invented") is None
    assert sign_in_link_use(token=token) is None


def test_the_first_administrator_is_made_once() -> None:
    admin = first_administrator()
    assert (admin.is_superuser, admin.has_usable_password()) == (True, False)
    assert first_administrator() == admin


def test_the_printed_address_signs_in_until_there_is_a_password() -> None:
    assert "/sign-in/" in first_url()
    admin = first_administrator()
    admin.set_password("correct horse")
    admin.save()
    assert first_url().endswith(":8000/")


def test_the_command_prints_a_fresh_link(capsys: pytest.CaptureFixture[str]) -> None:
    anna = a_user()
    call_command("signin", anna.username)
    token = capsys.readouterr().out.strip().rstrip("/").rpartition("/")[2]
    assert sign_in_link_use(token=token) == anna
    with pytest.raises(CommandError):
        call_command("signin", "nobody")


def test_links_end_once_there_is_a_password() -> None:
    user = first_administrator()
    token = sign_in_link_create(user=user)
    installation_start(by=user, name="anna", password="correct horse", use="household")
    assert sign_in_link_use(token=token) is None
