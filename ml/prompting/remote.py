"""The engine that asks a service elsewhere, of those an administrator added: vLLM, Ollama,
llama.cpp and whatever else speaks the OpenAI protocol with pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import monotonic

from ml.contracts import PROMPTING, Asked, Endpoint, Engine, View
from ml.errors import MLError
from ml.outgoing import NoAnswer
from ml.progress import Progress, silent
from ml.prompting import remote_forms, sights
from ml.prompting.pipeline import REMOTE
from ml.prompting.remote_replies import Taken, Wrong, taken, taken_of_each
from ml.prompting.remote_wire import Completion, Refused, Unsuited, completion, host
from ml.prompting.remote_words import FORMS, Subject, messages, sensitive
from ml.prompting.sights import Sight
from ml.prompting.touchy import touches
from ml.registry import Commercial, ModelCard, register
from ml.types import Answer, Form, Origin, Question

TOGETHER = 16  # faces asked about with one picture; more numbers are no longer told apart
PATIENT = 2  # subjects in a row without an answer, after which no other is asked about
COMPARED = {Form.CHOICE, Form.CHOICES, Form.YES_NO, Form.NUMBER}  # alike in all wordings, or not
NO_ENDPOINT = "No service outside was chosen."
NOBODY = "No face was found on this photo."
NOT_ALLOWED = "That is sensitive and not turned on here, so it was not sent: {}."
NOT_THERE = "That is sensitive, and this service is not asked such things: {}."
TOLD = "what came back tells what is sensitive and not turned on, and was not kept: {}."
NOT_SENT = "It was not asked, as something failed before. {}"


@register(
    ModelCard(
        name=REMOTE,
        title="Service outside",
        task=PROMPTING,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        paper="Typed answers by JSON schema from any model behind the OpenAI chat protocol",
        known_limits=(
            "The photo leaves this machine. What answers is another's language model, which may "
            "invent what it says; nothing of it was measured here."
        ),
    )
)
class RemoteEndpoint(Engine):
    """Asks the endpoint that it is given, and holds nothing back from one job to the next."""

    origin = Origin.REMOTE

    def answers(self, view: View, asked: Asked, progress: Progress = silent) -> list[Answer]:
        if asked.endpoint is None:
            raise MLError(NO_ENDPOINT)
        return list(_Round(view, asked, asked.endpoint, progress).answers())


class _Round:
    """All questions of a job to one service. form: the richest request that it understands."""

    def __init__(self, view: View, asked: Asked, endpoint: Endpoint, progress: Progress) -> None:
        self.view, self.asked, self.endpoint, self.progress = view, asked, endpoint, progress
        self.form = self.done = self.total = 0

    def answers(self) -> Iterator[Answer]:
        """
        Raises:
            MLError: nothing could be asked at all. Cancelled.
        """
        subjects = [one for question in self.asked.questions for one in self._subjects(question)]
        self.total, lost, any_answer = len(subjects), 0, False
        failed: MLError | None = None
        for self.done, subject in enumerate(subjects):
            why = self._why_not(subject.question)
            if not why and failed is not None:
                why = NOT_SENT.format(failed)
            if why:
                yield from self._all(subject, Taken(declined=why))
                continue
            try:
                yield from self._asked(subject)
                any_answer, lost = True, 0
            except MLError as error:
                lost += 1
                is_over = not isinstance(error, NoAnswer) or lost == PATIENT
                if not any_answer and (is_over or self.done + 1 == self.total):
                    raise MLError(str(error)) from None
                failed = error if is_over else None
                is_lost, words = isinstance(error, NoAnswer), str(error)
                what = Taken(invalid=words) if is_lost else Taken(declined=words)
                yield from self._all(subject, what)

    def _subjects(self, question: Question) -> Iterator[Subject]:
        if not question.of_face or self.asked.described or not self.view.faces:
            yield Subject(question, described=self.asked.described if question.of_face else "")
            return
        faces = self.asked.faces or tuple(range(len(self.view.faces)))
        size = TOGETHER if self.asked.marked else 1
        for start in range(0, len(faces), size):
            yield Subject(question, faces[start : start + size])

    def _why_not(self, question: Question) -> str:
        """Why it is not sent; "" for nothing."""
        if question.of_face and not self.view.faces and not self.asked.described:
            return NOBODY
        kinds = sensitive(question)
        if kinds and not self.endpoint.sensitive:
            return NOT_THERE.format(", ".join(sorted(kinds)))
        if off := kinds - self.asked.allowed:
            return NOT_ALLOWED.format(", ".join(sorted(off)))
        return ""

    def _asked(self, subject: Subject) -> Iterator[Answer]:
        """Asked in each of its wordings."""
        began, sight = monotonic(), self._sight(subject)
        more = subject.question.paraphrases if subject.question.form in COMPARED else ()
        wordings = (subject.question.text, *more)
        told = [self._worded(subject, wording, sight) for wording in wordings]
        seconds = (monotonic() - began) / max(len(subject.faces), 1)
        for place, answer in enumerate(self._all(subject, Taken())):
            agreed, agreement = together([one[place] for one in told])
            yield replace(filled(answer, agreed, agreement), seconds=seconds)

    def _all(self, subject: Subject, what: Taken) -> Iterator[Answer]:
        """The same of everybody it is about."""
        for face in subject.faces or (None,):
            answer = Answer(REMOTE, Origin.REMOTE, subject.question, face=face)
            yield filled(replace(answer, described=subject.described), what)

    def _sight(self, subject: Subject) -> Sight:
        if len(subject.faces) > 1:
            return sights.of_faces(self.view, subject.faces)
        if subject.faces:
            return sights.of_face(self.view, subject.faces[0])
        return sights.of_photo(self.view.picture)

    def _worded(self, subject: Subject, wording: str, sight: Sight) -> list[Taken]:
        """What is said of everybody it is about; asked once more where that was no answer."""
        for again in (False, True):
            reply = self._sent(subject, wording, sight, again)
            try:
                return self._kept(subject.question, _read(subject, reply, sight))
            except Wrong as wrong:
                what = Taken(invalid=str(wrong))
        return [what] * max(len(subject.faces), 1)

    def _kept(self, question: Question, told: list[Taken]) -> list[Taken]:
        """Free text that tells what was not turned on is no answer. Questions of the library ask
        for something that is not; and writing in a photo may hold any word.

        Raises:
            Wrong: it tells such a thing.
        """
        on = self.asked.allowed if self.endpoint.sensitive else frozenset()
        text = " ".join(str(one.value) for one in told if one.value is not None)
        if question.form is Form.TEXT and not question.name and (off := touches(text) - on):
            raise Wrong(TOLD.format(", ".join(sorted(off))))
        return told

    def _sent(self, subject: Subject, wording: str, sight: Sight, again: bool) -> Completion:
        """The reply; in plainer form, once and for all, where this one is not understood."""
        said = messages(subject, wording, sight, again=again)
        schema = remote_forms.schema(subject.question, subject.numbers)
        while True:
            payload = {"messages": said} | FORMS[self.form](self.endpoint, schema)
            try:
                return completion(self.endpoint, payload, self._look)
            except Unsuited as error:
                self.form += 1
                if self.form == len(FORMS):
                    raise Refused(str(error)) from None

    def _look(self) -> None:
        self.progress(self.done, self.total, f"Waiting for {host(self.endpoint)}")


def together(told: Sequence[Taken]) -> tuple[Taken, float | None]:
    """The answer that most wordings got, the first of equals, and their share; None for one."""
    if len(told) == 1:
        return told[0], None
    given = Counter(one.value for one in told if one.value is not None)
    if not given:
        return told[0], None
    value, count = given.most_common(1)[0]
    alike = [one for one in told if one.value == value]
    known = [one.odds for one in alike if one.odds]
    odds = {word: sum(one[word] for one in known) / len(known) for word in (known or [{}])[0]}
    return replace(alike[0], odds=odds), count / len(told)


def filled(answer: Answer, what: Taken, agreement: float | None = None) -> Answer:
    """The answer with what was taken of the reply. Disagreement lowers its score."""
    word = (
        {True: "yes", False: "no"}.get(what.value) if isinstance(what.value, bool) else what.value
    )
    score = what.odds.get(word) if isinstance(word, str) else None
    if agreement is not None:
        score = agreement * (1.0 if score is None else score)
    return replace(
        answer,
        value=what.value,
        odds=what.odds,
        boxes=what.boxes,
        declined=what.declined,
        invalid=what.invalid,
        agreement=agreement,
        score=score,
    )


def _read(subject: Subject, reply: Completion, sight: Sight) -> list[Taken]:
    if subject.numbers:
        return taken_of_each(subject.question, reply, subject.numbers, sight)
    return [taken(subject.question, reply, sight)]
