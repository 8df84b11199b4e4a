"""The audit log tells when somebody changed it, and forgets who when asked."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from webapp.models import AuditLine, User
from webapp.selectors.audit import first_broken
from webapp.services.audit import audit_write

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def lines(ada: User) -> list[AuditLine]:
    verbs = ("sign-in", "share", "export", "erase")
    return [audit_write(actor=ada, verb=verb, subject="photo:1") for verb in verbs]


def test_an_untouched_log_is_whole(lines: list[AuditLine]) -> None:
    assert first_broken() is None
    call_command("audit")


def test_a_changed_line_is_found(lines: list[AuditLine]) -> None:
    AuditLine.objects.filter(pk=lines[1].pk).update(verb="view")
    assert first_broken() == lines[1]
    with pytest.raises(CommandError):
        call_command("audit")


def test_a_removed_line_is_found(lines: list[AuditLine]) -> None:
    lines[1].delete()
    assert first_broken() == lines[2]


def test_a_changed_line_with_a_fresh_hash_breaks_the_next(lines: list[AuditLine]) -> None:
    from webapp.services.audit import line_hash

    lines[1].verb = "view"
    AuditLine.objects.filter(pk=lines[1].pk).update(verb="view", hash=line_hash(lines[1]))
    assert first_broken() == lines[2]


def test_one_user_has_one_alias_and_no_name_in_the_log(ada: User, lines: list[AuditLine]) -> None:
    assert {line.actor for line in lines} == {ada.audit_alias.alias}
    assert ada.pk not in {line.actor for line in lines}


def test_erasing_the_user_leaves_the_lines_anonymous(ada: User, lines: list[AuditLine]) -> None:
    ada.delete()
    assert AuditLine.objects.count() == len(lines)
    assert first_broken() is None
