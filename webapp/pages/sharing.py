"""A share link in words, as its maker sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from ml import pipelines
from webapp.models import Share, ShareItem
from webapp.selectors.shares import Standing, State, failed

# Each state's word, the look of its tag, and what it means.
WORDS: Mapping[State, tuple[str, str, str]] = {
    State.PREPARING: ("Being made", "", "The link works as soon as all pictures are made."),
    State.READY: ("Works", "good", ""),
    State.FAILED: ("Not ready", "bad", "The link shows nothing while pictures are missing."),
    State.EXPIRED: ("Expired", "", "Nobody can open it any more; its pictures are deleted."),
    State.USED_UP: (
        "Used up",
        "",
        "It was opened as often as it may be; who opened it last may look for half an hour.",
    ),
    State.REVOKED: ("Closed", "", "Nobody can open it any more; its pictures are deleted."),
}


@dataclass(frozen=True, slots=True)
class Missing:
    """A photo that nothing was made of, and why."""

    photo: UUID
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Shared:
    """row: the share. recipe: its title. state, tone, meaning: see WORDS. address: the whole link,
    "" once it is over. done, total: pictures. items: those that are there."""

    row: Share
    recipe: str
    state: State
    word: str
    tone: str
    meaning: str
    address: str
    done: int
    total: int
    items: list[ShareItem]
    missing: list[Missing]

    @property
    def is_preparing(self) -> bool:
        return self.state is State.PREPARING

    @property
    def has_failed(self) -> bool:
        return self.state is State.FAILED

    @property
    def is_used_up(self) -> bool:
        return self.state is State.USED_UP

    @property
    def is_over(self) -> bool:
        """Whether nothing can be done with it any more."""
        return self.state in (State.EXPIRED, State.USED_UP, State.REVOKED)


def shared(row: Share, standing: Standing, address: str) -> Shared:
    """The share in words. address: the link, where its token is known."""
    state = standing.state
    word, tone, meaning = WORDS[state]
    items = [item for item in row.items.all() if item.file]
    over = state in (State.EXPIRED, State.USED_UP, State.REVOKED)
    return Shared(
        row=row,
        recipe=title_of(row.kind),
        state=state,
        word=word,
        tone=tone,
        meaning=standing.why or meaning,
        address="" if over else address,
        done=len(items),
        total=row.count,
        items=items,
        missing=[_missing(item) for item in failed(row)] if state is State.FAILED else [],
    )


def title_of(kind: str) -> str:
    """Of the recipe; its kind once it is no longer installed."""
    return {one.kind: one.title for one in pipelines.kinds()}.get(kind, kind)


def _missing(item: ShareItem) -> Missing:
    why = item.job.error or item.job.message if item.job else ""
    return Missing(item.photo_id, item.photo.name, why or "Nothing was made of it.")
