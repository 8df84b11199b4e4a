"""Administrators change what a prompt may not ask for, and that is on record."""

from __future__ import annotations

import pytest
from django.test import Client

from ml.generation.prompt_list import RULES
from ml.generation.prompt_rules import refusal
from webapp.models import AuditLine, PromptRule, User
from webapp.selectors.prompt_rules import in_force
from webapp.services.accounts import user_create

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/webapp/promptrule/", "/admin/webapp/promptrule/add/"


@pytest.fixture
def office() -> Client:
    chief = User(username="chief", is_superuser=True)
    chief = user_create(user=chief, by=chief)
    client = Client()
    client.force_login(chief)
    return client


def refused_by(prompt: str) -> str:
    found = refusal(prompt, in_force())
    return "" if found is None else found.rule.name


def test_the_rules_that_come_along_are_shown_and_taken_up_to_be_changed(office: Client) -> None:
    page = office.get(LIST).content.decode()
    assert all(rule.name in page and rule.why.split("'")[0] in page for rule in RULES)
    form = office.get(f"{ADD}?name=contempt").content.decode()
    assert "swastika*" in form and "A line each" in form


def test_a_rule_of_a_name_that_comes_along_replaces_it_and_deleting_it_brings_that_back(
    office: Client,
) -> None:
    form = {"name": "contempt", "why": "No contempt.", "words": "Clown*\nclown*\n ünfair \n"}
    assert office.post(ADD, form).status_code == 302
    row = PromptRule.objects.get()
    assert row.words == "clown*\nunfair", "as prompts are read, each once"
    assert refused_by("a sad clownfish") == "contempt" and refused_by("a swastika") == ""
    assert refused_by("naked") == "sexual", "the others stay"
    assert "contempt</th>" not in office.get(LIST).content.decode()
    office.post(f"{LIST}{row.pk}/delete/", {"post": "yes"})
    assert refused_by("a swastika") == "contempt" and refused_by("a clown") == ""
    verbs = ("prompt-rule-save", "prompt-rule-delete")
    assert AuditLine.objects.filter(verb__in=verbs, subject="prompt-rule:contempt").count() == 2


def test_an_own_rule_is_one_more(office: Client) -> None:
    office.post(ADD, {"name": "house", "why": "Not here.", "words": "the boss"})
    assert refused_by("portrait of the boss") == "house" and len(in_force()) == len(RULES) + 1


def test_nobody_else_finds_the_list(client: Client) -> None:
    client.force_login(User.objects.create_user("bob"))
    assert client.get(LIST).status_code == 404
