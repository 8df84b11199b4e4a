"""Protected people: who they are, what they agreed to, and which photos truly show them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ml.types import Box
from webapp.forms.people import ConsentForm
from webapp.models import Consent, Face, Gallery, Person
from webapp.pages import learning
from webapp.pages.drawing import crop
from webapp.pages.purposes import WORDS, purposes
from webapp.pages.visit import Visit
from webapp.selectors import alerts, protection
from webapp.selectors import faces as face_selectors
from webapp.selectors import people as selectors
from webapp.selectors.portrait_rules import adult_record
from webapp.services.consents import consent_record, consent_withdraw
from webapp.services.people import (
    ONLY_LOOKS,
    enrolment_add,
    enrolment_remove,
    person_consent_withdraw,
    person_protect,
)
from webapp.services.portraits import adult_declare, adult_withdraw

AT_ONCE = 24  # faces that may be added, on one page
NAMED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Crop:
    """A face cut out of its photo's picture. view: an SVG viewBox over it."""

    face: Face
    view: str
    display: str
    measured: bool = True
    apart: bool = False


def cropped(face: Face, *, measured: bool = True, apart: bool = False) -> Crop:
    view = crop(Box(face.left, face.top, face.right, face.bottom))
    display = reverse("photo-file", args=[face.photo_id, "display"])
    return Crop(face, view, display, measured, apart)


@require_GET
@login_required
def people(request: Visit) -> HttpResponse:
    """Who is protected, and who is named and could be."""
    user = request.user
    page = {
        "protected": selectors.counted(selectors.protected_for(user)),
        "named": selectors.counted(selectors.unprotected_for(user))[:NAMED_AT_ONCE],
        "alerted": set(alerts.unseen_for(user).values_list("person", flat=True)),
        "enough": protection.ENOUGH,
    }
    return render(request, "people/list.html", page)


@require_GET
@login_required
def person(request: Visit, person_id: UUID) -> HttpResponse:
    return page(request, person_for(request, person_id))


@require_GET
@login_required
def of_face(request: Visit, face_id: UUID) -> HttpResponse:
    """From a face to the page of whoever it is named."""
    face = get_object_or_404(face_selectors.editable_by(request.user), pk=face_id)
    if face.person_id is None:
        raise Http404
    return redirect("person", face.person_id)


@require_POST
@login_required
def protect(request: Visit, person_id: UUID) -> HttpResponse:
    """Record who agreed."""
    person = person_for(request, person_id)
    form = ConsentForm(request.POST)
    if form.is_valid():
        try:
            person_protect(person=person, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.told(error)
        else:
            messages.success(request, f"{person.name} is protected. Now choose true photos.")
            return redirect("person", person.pk)
    return page(request, person, form, status=422)


@require_POST
@login_required
def withdraw(request: Visit, person_id: UUID) -> HttpResponse:
    """Erase what was kept to protect the person."""
    person = person_for(request, person_id)
    person_consent_withdraw(person=person, by=request.user)
    messages.success(request, f"Withdrawn: what was kept to protect {person.name} is erased.")
    return redirect("person", person.pk)


@require_POST
@login_required
def agree(request: Visit, person_id: UUID, purpose: str) -> HttpResponse:
    """Record that the person agreed to that purpose."""
    person, asked = person_for(request, person_id), purpose_named(purpose)
    form = ConsentForm(request.POST)
    if form.is_valid():
        try:
            consent_record(person=person, by=request.user, purpose=asked, **form.cleaned_data)
        except ValidationError as error:
            form.told(error)
        else:
            messages.success(request, f"Written down: {asked.label.lower()}.")
            return redirect("person", person.pk)
    return page(request, person, agreeing=(asked, form), status=422)


@require_POST
@login_required
def disagree(request: Visit, person_id: UUID, purpose: str) -> HttpResponse:
    """Take that back, with what rests on it."""
    person, asked = person_for(request, person_id), purpose_named(purpose)
    consent_withdraw(person=person, by=request.user, purpose=asked)
    messages.success(
        request, "Taken back. Links that needed it are closed, portraits that did are erased."
    )
    return redirect("person", person.pk)


def purpose_named(word: str) -> Consent.Purpose:
    """A purpose beside protection.

    Raises:
        Http404: it is none.
    """
    if word not in WORDS:
        raise Http404
    return Consent.Purpose(word)


@require_POST
@login_required
def adult(request: Visit, person_id: UUID) -> HttpResponse:
    """Write down that the person is 18 or older."""
    person = person_for(request, person_id)
    try:
        adult_declare(
            person=person, statement=request.POST.get("statement", "")[:300], by=request.user
        )
    except ValidationError as error:
        return page(request, person, adult_fault=" ".join(error.messages), status=422)
    messages.success(request, f"Written down: {person.name} is 18 or older.")
    return redirect("person", person.pk)


@require_POST
@login_required
def adult_take_back(request: Visit, person_id: UUID) -> HttpResponse:
    """Take that back."""
    person = person_for(request, person_id)
    adult_withdraw(person=person, by=request.user)
    messages.success(request, "Taken back: looks are asked again before portraits are made.")
    return redirect("person", person.pk)


@require_POST
@login_required
def faces_add(request: Visit, person_id: UUID) -> HttpResponse:
    """Keep the chosen faces as truly the person's."""
    person = person_for(request, person_id)
    chosen = protection.candidates(person).filter(pk__in=ids(request.POST.getlist("face")))
    try:
        added = enrolment_add(person=person, faces=chosen, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        count = "1 true photo" if len(added) == 1 else f"{len(added)} true photos"
        messages.success(request, f"{count} added." if added else "Choose at least one photo.")
    return redirect("person", person.pk)


@require_POST
@login_required
def face_remove(request: Visit, person_id: UUID, face_id: UUID) -> HttpResponse:
    """Forget that a face is truly the person's."""
    person = person_for(request, person_id)
    face = get_object_or_404(protection.enrolled(person), pk=face_id)
    enrolment_remove(person=person, face=face, by=request.user)
    messages.success(request, "It is no longer a true photo. The photo and the name stay.")
    return redirect("person", person.pk)


def person_for(request: Visit, person_id: UUID) -> Person:
    """The person, where the user may protect them.

    Raises:
        Http404: they may not.
    """
    return get_object_or_404(selectors.visible_to(request.user), pk=person_id)


def page(
    request: Visit,
    person: Person,
    form: ConsentForm | None = None,
    agreeing: tuple[Consent.Purpose, ConsentForm] | None = None,
    adult_fault: str = "",
    status: int = 200,
) -> HttpResponse:
    """The person's page, with what a form of it answered."""
    true, more = protection.true_faces(person), protection.candidates(person)
    news = alerts.unseen_for(request.user).filter(person=person)
    found = {
        "person": person,
        "consent": selectors.consent_of(person),
        "form": form,
        "purposes": purposes(person, agreeing),
        "adult": adult_record(person),
        "adult_fault": adult_fault,
        "others": [basis for basis in Consent.Basis.choices if basis[0] != Consent.Basis.SELF],
        "dated": person.gallery.purpose == Gallery.Purpose.ORGANISATION,
        "only_looks": ONLY_LOOKS if person.gallery.purpose == Gallery.Purpose.LOOK else "",
        "true": [cropped(t.face, measured=t.measured, apart=bool(t.apart)) for t in true],
        "apart": sum(bool(t.apart) for t in true),
        "unmeasured": [t.face.photo_id for t in true if not t.measured],
        "candidates": [cropped(face) for face in more[:AT_ONCE]],
        "more": max(more.count() - AT_ONCE, 0),
        "enough": protection.ENOUGH,
        "most": protection.MOST,
        "lacking": max(protection.ENOUGH - len(true), 0),
        "alerts": [(alert, cropped(alert.face)) for alert in news[:AT_ONCE]],
        "more_alerts": max(news.count() - AT_ONCE, 0),
    }
    found |= learning.shown(person, request.user)
    return render(request, "people/page.html", found, status=status)


def ids(words: list[str]) -> list[UUID]:
    """The words as ids.

    Raises:
        Http404: one is none.
    """
    try:
        return [UUID(word) for word in words]
    except ValueError:
        raise Http404 from None
