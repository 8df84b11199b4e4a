"""What pages say about readings, times and jobs: plain, short, never a verdict about a person."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from ml import registry
from ml.registry import Sensitive
from ml.types import Reading
from webapp.models import Job
from webapp.selectors.galleries import SWITCHES

ABOUT = {
    Sensitive.AGE: "How old a face looks. Often off by ten years.",
    Sensitive.GENDER: "What a face looks like, not who someone is.",
    Sensitive.RACE: "A category of its training data, not of people.",
    Sensitive.EMOTION: "What a face shows, not what someone feels.",
    Sensitive.ATTENTION: "Where eyes and head point, not what one heeds.",
}
DEGREES = {"°", "deg", "degree", "degrees"}


@dataclass(frozen=True, slots=True)
class SensitiveWords:
    """A kind of sensitive reading that some registered model makes."""

    kind: str
    title: str
    help: str


def sensitive_words() -> list[SensitiveWords]:
    """The kinds that this installation's models know."""
    known = {card.sensitive for card in registry.cards()}
    return [
        SensitiveWords(kind.value, title, ABOUT[kind])
        for kind, title in SWITCHES.items()
        if kind in known
    ]


def reading_words(reading: Reading) -> str:
    """The value with its interval: "looks 34 (28–41)", "12°", "happy"; why it was not measured."""
    if reading.value is None:
        return f"not measured: {reading.note}" if reading.note else "not measured"
    if isinstance(reading.value, str):
        return reading.value.replace("-", " ").replace("_", " ")
    words = _amount(reading.value, reading.unit)
    if reading.interval is not None:
        low, high = (_plain(end, reading.unit) for end in reading.interval)
        words += f" ({low}–{high})"
    return f"looks {words}" if reading.unit == "years" else words


def _amount(value: float, unit: str) -> str:
    if unit in DEGREES:
        return f"{_plain(value, unit)}°"
    if unit in ("", "years"):
        return _plain(value, unit)
    return f"{_plain(value, unit)}\N{NO-BREAK SPACE}{unit}"


def _plain(value: float, unit: str) -> str:
    """Whole years and degrees, three digits of everything else; a real minus sign."""
    text = f"{value:.0f}" if unit == "years" or unit in DEGREES else f"{value:.3g}"
    return text.replace("-0", "0").replace("-", "−") if text == "-0" else text.replace("-", "−")


def job_words(job: Job) -> str:
    """The stage a job is in."""
    return {
        Job.Status.QUEUED: job.message or "Waiting for its turn",
        Job.Status.RUNNING: _stage(job.message),
        Job.Status.CANCELLING: "Stopping",
        Job.Status.DONE: "Done",
        Job.Status.FAILED: "Failed",
        Job.Status.CANCELLED: "Cancelled",
    }[Job.Status(job.status)]


def _stage(message: str) -> str:
    """What a model reads, where the message is its title."""
    reads = {card.title: card.task.title for card in registry.cards()}
    return f"Reading: {reads[message].lower()}" if message in reads else message or "Starting"


def time_left(job: Job) -> str:
    """An estimate from the steps done so far; "" while there is nothing to estimate from."""
    if job.status != Job.Status.RUNNING or job.started is None or not 0 < job.done < job.total:
        return ""
    gone = (timezone.now() - job.started).total_seconds()
    left = gone * (job.total - job.done) / job.done
    if gone < 2 or left < 1:
        return ""
    return f"about {left:.0f} s left" if left < 90 else f"about {left / 60:.0f} min left"


def seconds(value: float) -> str:
    """A duration, e.g. "250 ms"."""
    if value >= 90:
        return f"{value / 60:.0f} min"
    if value >= 1:
        return f"{value:.1f} s"
    return f"{value * 1000:.0f} ms" if value >= 0.001 else "under 1 ms"


def took(job: Job) -> str:
    """How long a closed job ran, the last time; "" when it never did."""
    if job.started is None or job.ended is None or job.ended < job.started:
        return ""
    return seconds((job.ended - job.started).total_seconds())
