"""The pages of people: from a name to a protected person, their true photos and alerts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ml import registry
from ml.registry import Group, Task
from tests.webapp.protecting import OTHER, SAME, a_face, a_person, a_protected, looked_at
from tests.webapp.rows import LEFT, a_card, a_gallery, a_photo
from webapp.models import Alert, Consent, Enrolment, Gallery, Job, Membership, Person, Photo, User
from webapp.selectors import alerts
from webapp.services.faces import face_name
from webapp.services.people import person_protect


def text(client: Client, path: str) -> str:
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_newcomer_reads_what_to_do_first(alices: Client) -> None:
    page = text(alices, "/people/")
    assert "Nobody is named yet" in page and "on 5 photos or more" in page


def test_the_card_of_a_named_face_leads_to_its_person(
    alices: Client, alice: User, analysed: Photo
) -> None:
    face = analysed.faces.get()
    assert "/person/" not in text(alices, f"/photos/{analysed.pk}/")
    assert alices.get(f"/faces/{face.pk}/person/").status_code == 404
    face_name(face=face, name="Eileen", by=alice)
    assert "Protect Eileen" in text(alices, f"/photos/{analysed.pk}/")
    assert "This is me: protect me" in text(alices, f"/faces/{face.pk}/person/")
    assert "named on 1 photo<" in text(alices, "/people/")
    person_protect(person=face.person, by=alice, basis="self")
    assert ">Protected</a>" in text(alices, f"/photos/{analysed.pk}/")


def test_somebody_is_protected_step_by_step(alices: Client, gallery: Gallery) -> None:
    vera = a_person(gallery, faces=6)
    own = f"/people/{vera.pk}/"
    said = alices.post(f"{own}protect/", {"basis": "agreed", "statement": ""})
    assert said.status_code == 422 and "Say who agreed, and how." in said.content.decode()
    statement = {"basis": "agreed", "statement": "Vera said so <on the phone>."}
    page = alices.post(f"{own}protect/", statement, follow=True).content.decode()
    assert "0 of 5: 5 more are needed" in page and "&lt;on the phone&gt;" in page
    chosen = [str(face.pk) for face in vera.faces.all()[:5]]
    page = alices.post(f"{own}faces/", {"face": chosen}, follow=True).content.decode()
    assert "5 true photos added" in page and "5 of 5" not in page
    page = alices.post(f"{own}faces/{chosen[0]}/remove/", follow=True).content.decode()
    assert "4 of 5: 1 more is needed" in page
    assert "4 of 5 true photos" in text(alices, "/people/")
    page = alices.post(f"{own}withdraw/", follow=True).content.decode()
    assert "not protected" in page and "This is me" in page
    assert not (Consent.objects.exists() or Enrolment.objects.exists())


def test_an_organisation_is_asked_for_the_last_day(alices: Client, alice: User) -> None:
    vera = a_person(a_gallery("organisation", alice))
    own = f"/people/{vera.pk}/"
    assert 'name="expires" value="" required' in text(alices, own)
    for day in ("", "2020-01-01", "soon"):
        answer = alices.post(f"{own}protect/", {"basis": "self", "expires": day})
        assert answer.status_code == 422 and 'class="error"' in answer.content.decode()
    alices.post(f"{own}protect/", {"basis": "self", "expires": "2999-01-01"})
    assert "1 January 2999" in text(alices, own)


def test_a_gallery_that_only_looks_says_why_not(alices: Client, alice: User) -> None:
    vera = a_person(a_gallery("look", alice))
    page = text(alices, f"/people/{vera.pk}/")
    assert "cannot be protected here" in page and "only looks" in page
    assert alices.post(f"/people/{vera.pk}/protect/", {"basis": "self"}).status_code == 422


def test_what_disagrees_and_what_is_not_measured_is_said(
    alices: Client, alice: User, gallery: Gallery
) -> None:
    vera = a_person(gallery, faces=5)
    a_face(gallery, vera, OTHER), a_face(gallery, vera, None)
    person_protect(person=vera, by=alice, basis="self")
    faces = [str(face.pk) for face in vera.faces.all()]
    alices.post(f"/people/{vera.pk}/faces/", {"face": faces})
    page = text(alices, f"/people/{vera.pk}/")
    assert "1 of these looks unlike most of the others" in page
    assert page.count("unlike the rest") == 1 and "1 of these is not measured" in page


def test_the_frame_counts_alerts_until_they_are_dismissed(
    alices: Client, alice: User, gallery: Gallery
) -> None:
    vera = a_protected(gallery, alice)
    assert 'class="count"' not in text(alices, "/jobs/")
    for _ in range(3):
        looked_at(a_photo(gallery), (LEFT, SAME))
    assert '<strong class="count">3<span> new</span></strong>' in text(alices, "/jobs/")
    page = text(alices, f"/people/{vera.pk}/")
    assert page.count("Check whether it is genuine") == 3
    alices.post(f"/alerts/{Alert.objects.first().pk}/dismiss/")
    assert alerts.unseen_for(alice).count() == 2
    dismiss_all(alices, vera)
    assert not alerts.unseen_for(alice).exists()


def dismiss_all(client: Client, person: Person, page: str | None = None) -> None:
    """As the person's page offers it, which shows some alerts."""
    page = page or text(client, f"/people/{person.pk}/")
    shown = re.findall(r'name="alert" value="([^"]+)"', page)
    client.post(f"/people/{person.pk}/alerts/dismiss/", {"alert": shown})


def test_alerts_that_the_page_did_not_show_are_not_dismissed(
    alices: Client, alice: User, gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.pages.people.AT_ONCE", 2)
    vera = a_protected(gallery, alice)
    for _ in range(3):
        looked_at(a_photo(gallery), (LEFT, SAME))
    page = text(alices, f"/people/{vera.pk}/")
    assert "Dismiss these 2" in page and "1 older one comes after these." in page
    looked_at(a_photo(gallery), (LEFT, SAME))  # while somebody reads the page
    dismiss_all(alices, vera, page)
    assert alerts.unseen_for(alice).count() == 2


def test_an_alert_is_checked_against_the_true_photos(
    alices: Client, alice: User, gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_models", dict(registry._models))
    a_card("traces", task=Task("traces", "Traces", object, group=Group.EVIDENCE))
    vera, photo = a_protected(gallery, alice), a_photo(gallery)
    looked_at(photo, (LEFT, SAME))
    answer = alices.post(f"/alerts/{Alert.objects.get().pk}/check/")
    assert answer.url == f"/photos/{photo.pk}/?tab=authentic"
    job = Job.objects.get(kind="authenticate")
    assert job.options["person"] == str(vera.pk) and list(job.photos.all()) == [photo]
    assert not alerts.unseen_for(alice).exists()


def test_photos_of_another_gallery_are_shown_but_not_checked(
    alices: Client, alice: User, gallery: Gallery
) -> None:
    vera, theirs = a_protected(gallery, alice), a_gallery()
    Membership.objects.create(gallery=theirs, user=alice, role="editor")
    looked_at(a_photo(theirs), (LEFT, SAME))
    page = text(alices, f"/people/{vera.pk}/")
    assert "To compare it with the true photos, add it to" in page
    assert "Check whether it is genuine" not in page
    alert = Alert.objects.get()
    assert alices.post(f"/alerts/{alert.pk}/check/").status_code == 404
    Membership.objects.filter(gallery=theirs, user=alice).delete()
    assert "New photos with a face like" not in text(alices, f"/people/{vera.pk}/")
    assert alices.post(f"/alerts/{alert.pk}/dismiss/").status_code == 404


def test_who_only_looks_sees_names_and_nothing_more(
    viewers: Client, alice: User, gallery: Gallery, analysed: Photo
) -> None:
    face = analysed.faces.get()
    face_name(face=face, name="Eileen", by=alice)
    person_protect(person=face.person, by=alice, basis="self")
    page = text(viewers, f"/photos/{analysed.pk}/")
    assert "Eileen" in page and "Protect Eileen" not in page
    assert "Eileen" not in text(viewers, "/people/")
    for path in (f"/people/{face.person_id}/", f"/faces/{face.pk}/person/"):
        assert viewers.get(path).status_code == 404


@pytest.mark.parametrize("word", ["x", "00000000-0000-0000-0000-000000000000"])
def test_faces_that_are_not_there_are_not_added(
    word: str, alices: Client, alice: User, gallery: Gallery
) -> None:
    vera = a_person(gallery, faces=1)
    person_protect(person=vera, by=alice, basis="self")
    alices.post(f"/people/{vera.pk}/faces/", {"face": [word]})
    assert not Enrolment.objects.exists()


def test_an_organisation_records_who_may_be_shown(alices: Client, alice: User) -> None:
    gallery = a_gallery("organisation", owner=alice)
    person = gallery.people.create(name="Eileen")
    address = f"/people/{person.pk}/"
    assert "agreed to that" in text(alices, address)
    wrong = alices.post(f"{address}agree/sharing/", {"basis": "agreed"})
    assert wrong.status_code == 422 and "Say who agreed, and how." in wrong.content.decode()
    day = timezone.localdate() + timedelta(days=9)
    alices.post(f"{address}agree/sharing/", {"basis": "self", "expires": f"{day:%Y-%m-%d}"})
    assert "Eileen agreed to be shown behind share links" in text(alices, address)
    assert [one.purpose for one in Consent.objects.all()] == ["sharing"]
    alices.post(f"{address}disagree/sharing/")
    assert not Consent.objects.exists()
