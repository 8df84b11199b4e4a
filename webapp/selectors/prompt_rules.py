"""What a prompt may not ask for: the rules that come along, with the administrators' changes."""

from __future__ import annotations

from ml.generation.prompt_list import RULES, Rule
from webapp.models import PromptRule


def in_force() -> tuple[Rule, ...]:
    """Those that come along, each replaced by the administrators' of its name, then their own."""
    own = {row.name: _rule(row) for row in PromptRule.objects.order_by("name")}
    given = tuple(own.pop(rule.name, rule) for rule in RULES)
    return (*given, *own.values())


def given(name: str) -> Rule | None:
    """The rule of that name that comes along."""
    return next((rule for rule in RULES if rule.name == name), None)


def _rule(row: PromptRule) -> Rule:
    return Rule(row.name, row.why, tuple(row.words.splitlines()))
