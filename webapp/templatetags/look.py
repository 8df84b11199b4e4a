"""What templates say often: icons, tabs of the frame, sizes and times in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ml import pipelines
from webapp import chores
from webapp.filenames import stem
from webapp.models import Job
from webapp.pages.wording import job_words, seconds, time_left, took

register = template.Library()
UNDO, UNDO_NAMES = "undo", "undo-names"


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A decorative icon of static/icons.svg; the text beside it or an aria-label says it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        css,
        static("icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def tab(
    context: dict[str, Any], url_name: str, title: str, icon_name: str, news: int = 0
) -> SafeString:
    """A link of the main navigation, marked when it leads to the page one is on. news: how many
    things there are that one should look at."""
    match = context["request"].resolver_match
    here = match is not None and match.url_name == url_name
    return format_html(
        '<a href="{}"{} title="{}">{}<span>{}</span>{}</a>',
        reverse(url_name),
        SafeString(' aria-current="page"') if here else "",
        title,
        icon(icon_name),
        title,
        format_html('<strong class="count">{}<span> new</span></strong>', news) if news else "",
    )


@register.filter
def undo_ids(message: Message) -> list[str]:
    """Ids of the photos that this message's Undo button restores."""
    words = (message.extra_tags or "").split()
    return words[1:] if words[:1] == [UNDO] else []


@register.filter
def undo_names(message: Message) -> list[str]:
    """The photo's id and the signed names that this message's Undo button takes away."""
    words = (message.extra_tags or "").split()
    return words[1:] if words[:1] == [UNDO_NAMES] else []


@register.filter
def near(value: float) -> str:
    """A coordinate short enough for markup, exact enough for the eye: a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")


@register.filter
def unlocalised(value: float) -> str:
    """A number as attributes want it."""
    return f"{value:.4f}"


@register.filter
def area(km2: float) -> str:
    """ "12,400 km²", "129 million km²", "0.3 km²"."""
    if km2 >= 1e6:
        return f"{km2 / 1e6:,.0f} million km²" if km2 >= 1e7 else f"{km2 / 1e6:.1f} million km²"
    return f"{km2:,.0f} km²" if km2 >= 10 else f"{km2:.1f} km²" if km2 >= 0.1 else "under 0.1 km²"


@register.filter
def percent(share: float) -> str:
    """ "34 %", "under 1 %"."""
    return f"{100 * share:.0f} %" if share >= 0.01 else "under 1 %"


@register.filter
def share(value: float) -> str:
    """ "2 %", "0.05 %", "0.0001 %": of what may be very small."""
    return f"{Decimal(f'{100 * value:.2g}').normalize():f} %"


@register.filter
def kind_title(job: Job) -> str:
    """What the job does, in words; its kind's name once that is no longer installed."""
    titles = {pipeline.kind: pipeline.title for pipeline in pipelines.kinds()}
    titles |= {chore.kind: chore.title for chore in chores.kinds()}
    return titles.get(job.kind, job.kind)


register.filter(job_words)
register.filter(seconds)
register.filter(stem)
register.filter(took)
register.filter(time_left)
