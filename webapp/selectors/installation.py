"""What the administrator answered at the first start."""

from __future__ import annotations

from webapp.models import Setting, User

USE = "use"


def use() -> str:
    """What this installation is for, a Gallery.Purpose; "" before the first start's questions."""
    return Setting.objects.filter(key=USE).values_list("value", flat=True).first() or ""


def is_name_taken(user: User, name: str) -> bool:
    """Whether somebody other than the user signs in with this name."""
    others = User.objects.exclude(pk=user.pk).values_list("username", flat=True)
    return name.casefold() in map(str.casefold, others)
