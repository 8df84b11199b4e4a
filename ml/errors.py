"""What can go wrong in ml, told apart by who can do something about it."""

from __future__ import annotations


class MLError(Exception):
    """A failure whose sentence may be shown to the user. `permanent`: trying again cannot help."""

    permanent = True


class Refused(MLError):
    """A rule forbids it. rule: its slug, which the audit log keeps; the sentence names it, too."""

    def __init__(self, sentence: str, rule: str) -> None:
        super().__init__(sentence)
        self.rule = rule


class WeightsMissing(MLError):
    """A model's weights are not on this machine; the sentence names the command to run."""


class WeightsWrong(MLError):
    """A weights file does not have the digest its card names."""


class DownloadFailed(MLError):
    """Weights could not be fetched: no network, no room, or no such file. Trying again may help."""

    permanent = False


class ClientMissing(DownloadFailed):
    """The program that fetches such weights is not installed; the sentence says how to get it."""

    permanent = True


class BadPicture(MLError):
    """The bytes are no picture we can show: `code` is a stable word for programs.

    Codes: "not-an-image", "format-not-allowed", "too-many-pixels", "truncated", "empty",
    "too-costly" (the decoder ran out of its memory, CPU or wall time).
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class BadXMP(MLError):
    """The bytes are no XMP we can read: `code` is a stable word for programs.

    Codes: "not-xmp", "too-many-bytes".
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class SpaceMismatch(MLError):
    """Two embeddings of different spaces were compared."""


class OutOfMemory(MLError):
    """The device has no room for this batch or model."""

    permanent = False


class Cancelled(Exception):
    """The user stopped the job. Not an error, so not an MLError."""
