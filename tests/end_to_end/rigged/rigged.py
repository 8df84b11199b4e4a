"""Models that misbehave on purpose. Tests copy this file into ml/analysis of a copied tree."""

from __future__ import annotations

import os
import signal
from time import sleep
from types import NoneType
from typing import Any

from ml.contracts import Output, View
from ml.errors import OutOfMemory
from ml.registry import Commercial, Model, ModelCard, Task, register
from ml.types import Mark, MarkKind, Reading


def card(name: str, *needs: Task[Any]) -> ModelCard:
    return ModelCard(
        name=name,
        title=name.title(),
        task=Task(name, name.title(), NoneType),
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=1,
        paper="none",
        known_limits="It is there for tests.",
        needs=needs,
    )


QUICK, SLOW, SLOWER = card("quick"), card("slow"), card("slower", Task("slow", "Slow", NoneType))


def said(name: str) -> Output:
    """One reading and one mark."""
    mark = Mark(name, name, MarkKind.BOX, (((1, 1), (9, 9)),))
    return Output(readings=(Reading(name, name, 1.0),), marks=(mark,))


@register(QUICK)
class Quick(Model):
    """Takes a moment."""

    def run(self, view: View) -> Output:
        sleep(0.05)
        return said("quick")


@register(SLOW)
class Slow(Model):
    """Takes longer than a heartbeat."""

    def run(self, view: View) -> Output:
        sleep(1.5)
        return said("slow")


@register(SLOWER)
class Slower(Model):
    """Comes after the slow one."""

    def run(self, view: View) -> Output:
        sleep(1.5)
        return said("slower")


@register(card("raises"))
class Raises(Model):
    """Has a bug."""

    def run(self, view: View) -> Output:
        raise ZeroDivisionError("on purpose")


@register(card("full"))
class Full(Model):
    """Finds no room on its device."""

    def run(self, view: View) -> Output:
        raise OutOfMemory("The device is full.")


@register(card("kills"))
class Kills(Model):
    """Takes its process down, as a broken native library does."""

    def run(self, view: View) -> Output:
        os.kill(os.getpid(), signal.SIGKILL)
        return Output()
