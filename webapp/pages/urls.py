"""Every address of a page."""

from __future__ import annotations

from django.urls import path

from webapp.pages import (
    about,
    account,
    asking,
    jobs,
    model_cards,
    photo,
    photos,
    sign_in,
    start,
    tools,
    trash,
    uploads,
)
from webapp.pages import theme as themes

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/<str:token>/", sign_in.sign_in_link, name="sign-in-link"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("start/", start.start, name="start"),
    path("", photos.photos, name="photos"),
    path("photos/work/", photos.work, name="photos-work"),
    path("photos/add/", uploads.add, name="photos-add"),
    path("photos/sample/", uploads.sample, name="photos-sample"),
    path("photos/analyse/", asking.selection, name="photos-analyse"),
    path("photos/trash/", photos.trash, name="photos-trash"),
    path("photos/restore/", photos.restore, name="photos-restore"),
    path("photos/erase/", trash.erase, name="photos-erase"),
    path("photos/<uuid:photo_id>/", photo.photo, name="photo"),
    path("photos/<uuid:photo_id>/live/", photo.live, name="photo-live"),
    path("photos/<uuid:photo_id>/analyse/", photo.analyse, name="photo-analyse"),
    path("photos/<uuid:photo_id>/files/<str:which>", photo.photo_file, name="photo-file"),
    path("photos/make/", tools.selection, name="tools"),
    path("photos/make/<slug:kind>/", tools.make, name="tool"),
    path("photos/<uuid:photo_id>/ask/<slug:task>/", tools.ask, name="photo-ask"),
    path("made/<uuid:artifact_id>/delete/", tools.made_delete, name="made-delete"),
    path("faces/<uuid:face_id>/name/", photo.name, name="face-name"),
    path("trash/", trash.trash, name="trash"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/retry/", jobs.retry_failed, name="jobs-retry"),
    path("jobs/cancel/", jobs.cancel_waiting, name="jobs-cancel"),
    path("jobs/<uuid:job_id>/", jobs.job, name="job"),
    path("jobs/<uuid:job_id>/cancel/", jobs.cancel, name="job-cancel"),
    path("jobs/<uuid:job_id>/retry/", jobs.retry, name="job-retry"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("account/keys/", account.key_add, name="key-create"),
    path("account/keys/<uuid:key_id>/revoke/", account.key_remove, name="key-revoke"),
    path("galleries/", account.gallery_add, name="gallery-create"),
    path("galleries/<uuid:gallery_id>/name/", account.gallery_name, name="gallery-name"),
    path("galleries/<uuid:gallery_id>/analyse/", asking.gallery, name="gallery-analyse"),
    path("galleries/<uuid:gallery_id>/sensitive/", account.sensitive, name="sensitive"),
    path("models/", model_cards.models, name="models"),
    path("models/<slug:name>/", model_cards.model, name="model"),
    path("about/", about.about, name="about"),
    path("theme/", themes.theme, name="theme"),
]
