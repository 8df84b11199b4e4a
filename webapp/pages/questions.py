"""The tab "Ask": a question about a photo or its faces, and what was answered with its sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ml.registry import Sensitive
from ml.types import MarkKind
from webapp import serving
from webapp.forms.questions import asked_of
from webapp.jobs.options import FACES
from webapp.models import Gallery, Job, Photo, User
from webapp.pages.answering import asked
from webapp.pages.drawing import Drawn, shape
from webapp.pages.engines import Engine, engine_choices, groups_of, outside
from webapp.pages.jobs import STOP_POLLING
from webapp.pages.showing import Shown
from webapp.pages.tools import chosen, faces_of
from webapp.pages.visit import Visit
from webapp.selectors import jobs as job_selectors
from webapp.selectors import photos as photo_selectors
from webapp.selectors import questions as selectors
from webapp.selectors.galleries import sensitive_kinds
from webapp.selectors.question_tables import questions_csv
from webapp.selectors.results import ShownMark
from webapp.services.questions import question_again, question_delete, questions_ask

LAYER = "Answers"
SMILES = "Who is smiling?"  # read only where expression is turned on
EXAMPLES = (
    "How many people are in the photo?",
    SMILES,
    "What is written in the photo?",
    "When was the photo taken?",
)


@dataclass(frozen=True, slots=True)
class AskForm:
    """What the form offers for photos of one gallery, and what was said on it."""

    photos: Sequence[Photo]
    examples: Sequence[str]
    groups: Sequence[Any]
    faces: Sequence[Any]
    engines: Sequence[Engine]
    outside: Sequence[Any]
    said: Any
    fault: str

    @property
    def ready(self) -> list[Engine]:
        """Who can be chosen."""
        return [one for one in self.engines if one.ready]

    @property
    def absent(self) -> list[Engine]:
        """Who could be, once fetched."""
        return [one for one in self.engines if not one.ready]

    @property
    def fetching(self) -> bool:
        return any(one.fetching for one in self.engines)


def tab(request: Visit, photo: Photo, shown: Shown) -> dict[str, Any]:
    """What the tab shows."""
    rows = selectors.of_photo(request.user, photo)
    return {
        "asked": [asked(row) for row in rows],
        "ask": form_of(request.user, [photo]),
        "shown": with_boxes(shown, rows),
    }


def form_of(user: User, photos: Sequence[Photo], said: Any = None, fault: str = "") -> AskForm:
    gallery = photos[0].gallery
    picked = said.getlist("faces") if said else ()
    faces = [replace(face, chosen=face.value in picked) for face in faces_of(user, photos)[FACES]]
    return AskForm(
        photos=photos,
        examples=examples_for(gallery),
        groups=groups_of(gallery),
        faces=faces,
        engines=engine_choices(user, gallery),
        outside=outside(),
        said=said,
        fault=fault,
    )


def examples_for(gallery: Gallery) -> list[str]:
    """The examples that can be answered with what is turned on."""
    smiles = Sensitive.EMOTION in sensitive_kinds(gallery)
    return [one for one in EXAMPLES if smiles or one != SMILES]


def with_boxes(shown: Shown, rows: Sequence[Any]) -> Shown:
    """With a layer of what answers point at."""
    said = [one for row in rows for one in selectors.answers_of(row)]
    marks = [
        ShownMark(
            model=one.told.engine, kind=MarkKind.BOX, raster="", tone="warm", face=one.face,
            label=one.told.question.text[:40],
            paths=(((box.left, box.top), (box.right, box.bottom)),),
        )
        for one in said
        for box in one.told.boxes
    ]  # fmt: skip
    if not marks:
        return shown
    layer = Drawn(len(shown.layers), LAYER, True, tuple(map(shape, marks)))
    return replace(shown, layers=(*shown.layers, layer))


@require_POST
@login_required
def new(request: Visit) -> HttpResponse:
    """The form for the selected photos of a gallery; nothing is changed by it."""
    rows = chosen(request, request.POST.getlist("photo"))
    return render(request, "questions/new.html", {"ask": form_of(request.user, rows)})


@require_POST
@login_required
def ask(request: Visit) -> HttpResponse:
    """Ask: back to the photo, or to the table of answers about several."""
    rows = chosen(request, request.POST.getlist("photo"))
    try:
        job = questions_ask(
            gallery=rows[0].gallery, photos=rows, by=request.user, asked=asked_of(request.POST)
        )
    except ValidationError as error:
        return refused(request, rows, " ".join(error.messages))
    one = f"{of_photo(rows[0].pk)}#asked"
    return redirect(one if len(rows) == 1 else reverse("questions", args=[job.pk]))


@require_GET
@login_required
def questions(request: Visit, job_id: UUID) -> HttpResponse:
    """What several photos were asked at once, a row an answer; htmx asks for its fragment."""
    job = asking(request, job_id)
    rows = list(selectors.of_jobs(request.user, job))
    found = {"job": job, "rows": [(row.photo, asked(row)) for row in rows]}
    found["texts"] = list(dict.fromkeys(row.text for row in rows))
    if not request.htmx:
        return render(request, "questions/show.html", found)
    status = 200 if job.is_open else STOP_POLLING
    return render(request, "questions/partials/table.html", found, status=status)


@require_GET
@login_required
def table(request: Visit, job_id: UUID) -> HttpResponse:
    """The same as CSV."""
    rows = selectors.of_jobs(request.user, asking(request, job_id))
    return serving.attachment(questions_csv(rows), "text/csv; charset=utf-8", "answers.csv")


@require_POST
@login_required
def again(request: Visit, question_id: UUID) -> HttpResponse:
    """Ask the same again."""
    row = get_object_or_404(selectors.editable_by(request.user), pk=question_id)
    try:
        question_again(question=row, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(of_photo(row.photo_id))


@require_POST
@login_required
def delete(request: Visit, question_id: UUID) -> HttpResponse:
    """Forget the question and its answers."""
    row = get_object_or_404(selectors.editable_by(request.user), pk=question_id)
    question_delete(question=row)
    messages.success(request, "The question and its answers are deleted.")
    return redirect(of_photo(row.photo_id))


def refused(request: Visit, rows: Sequence[Photo], fault: str) -> HttpResponse:
    """The form again with what was said on it and why it may not be asked."""
    ask = form_of(request.user, rows, request.POST, fault)
    found = {"ask": ask, "photos": rows}
    return render(request, "questions/new.html", found, status=422)


def asking(request: Visit, job_id: UUID) -> Job:
    """The job, which asked questions.

    Raises:
        Http404: it did not, or is not the user's.
    """
    job = get_object_or_404(job_selectors.visible_to(request.user), pk=job_id)
    if job.kind != "ask" or not photo_selectors.visible_to(request.user).exists():
        raise Http404
    return job


def of_photo(photo_id: UUID) -> str:
    return f"{reverse('photo', args=[photo_id])}?tab=ask"
