"""Changing what a prompt may not ask for, and holding prompts to it."""

from __future__ import annotations

from django.db import transaction

from ml.generation.prompt_rules import plain
from ml.generation.prompt_rules import words as words_of
from webapp.models import PromptRule, User
from webapp.services.audit import audit_write


@transaction.atomic
def prompt_rule_save(*, rule: PromptRule, by: User) -> PromptRule:
    """Write the rule down, its words as prompts are read: small letters, no accents, a star at the
    end for any ending, each once."""
    lines = map(_word, rule.words.splitlines())
    rule.words = "\n".join(dict.fromkeys(filter(None, lines)))
    rule.save()
    count = len(rule.words.splitlines())
    _audit(rule, by, "prompt-rule-save", f"{count} words")
    return rule


@transaction.atomic
def prompt_rule_delete(*, rule: PromptRule, by: User) -> None:
    """Forget it: a rule of that name that comes along holds again."""
    _audit(rule, by, "prompt-rule-delete", "")
    rule.delete()


def _word(line: str) -> str:
    text = words_of(plain(line))
    return f"{text}*" if text and line.strip().endswith("*") else text


def _audit(rule: PromptRule, by: User, verb: str, detail: str) -> None:
    audit_write(actor=by, verb=verb, subject=f"prompt-rule:{rule.name}", detail=detail)
