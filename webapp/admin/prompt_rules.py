"""What a prompt may not ask for: the rules that come along, and the administrators' changes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from ml.generation.prompt_list import RULES
from webapp.admin.reading import administrator
from webapp.models import PromptRule
from webapp.selectors.prompt_rules import given
from webapp.services.prompt_rules import prompt_rule_delete, prompt_rule_save

WORDS = (
    "A line each. Two words match in this order with nothing between; a star at the end matches "
    "any ending. Accents, look-alike letters, digits for letters and letters spaced out are undone "
    "before. With no words the rule refuses nothing."
)


@admin.register(PromptRule)
class PromptRuleAdmin(admin.ModelAdmin):
    list_display = ("name", "why", "how_many", "changed")
    fields = ("name", "why", "words")
    search_fields = ("name", "words")
    list_per_page = 50
    actions = None
    change_list_template = "admin/prompt_rules.html"

    @admin.display(description="words")
    def how_many(self, row: PromptRule) -> int:
        return len(row.words.splitlines())

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        return super().get_form(request, obj, change, help_texts={"words": WORDS}, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A rule that comes along, to be changed."""
        initial = super().get_changeform_initial_data(request)
        rule = given(str(initial.get("name", "")))
        if rule is None:
            return initial
        return {"name": rule.name, "why": rule.why, "words": "\n".join(rule.words)}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        rows = set(self.get_queryset(request).values_list("name", flat=True))
        along = [rule for rule in RULES if rule.name not in rows]
        return super().changelist_view(request, {**(extra_context or {}), "along": along})

    def save_model(self, request: HttpRequest, obj: PromptRule, form: Any, change: bool) -> None:
        prompt_rule_save(rule=obj, by=administrator(request))

    def delete_model(self, request: HttpRequest, obj: PromptRule) -> None:
        prompt_rule_delete(rule=obj, by=administrator(request))
