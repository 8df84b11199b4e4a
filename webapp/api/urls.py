"""Every address below /api/v1."""

from __future__ import annotations

from django.urls import path, re_path

from webapp.api.alerts import AlertDismiss, AlertList
from webapp.api.analyse import Analyse
from webapp.api.authority import Authority
from webapp.api.capabilities import Capabilities
from webapp.api.exports import ExportDetail, ExportFile, GalleryExports
from webapp.api.faces import FaceDetail, FaceList
from webapp.api.files import (
    ArtifactFile,
    ArtifactProof,
    PhotoAnnotated,
    PhotoDisplay,
    PhotoEvidence,
    PhotoEvidenceReport,
    PhotoExposure,
    PhotoOriginal,
    PhotoReadings,
    PhotoReport,
    PhotoThumbnail,
)
from webapp.api.galleries import GalleryDetail, GalleryList
from webapp.api.jobs import JobCancel, JobDetail, JobList, JobPreview, JobRetry
from webapp.api.locations import JourneyDetail, JourneyList, PhotoLocation
from webapp.api.people import (
    PersonConsent,
    PersonConsents,
    PersonDetail,
    PersonFace,
    PersonFaces,
    PersonList,
)
from webapp.api.photos import PhotoDetail, PhotoList, PhotoRestore
from webapp.api.portrait_recipes import RecipeDetail, RecipeList
from webapp.api.portraits import (
    AnimationList,
    MadeHere,
    PersonAdult,
    PortraitDetail,
    PortraitList,
    PortraitMore,
)
from webapp.api.questions import PromptList, QuestionDetail, QuestionList
from webapp.api.regions import PhotoRegions, PhotoRegionsFile
from webapp.api.schema import Docs, Nothing, Schema
from webapp.api.shares import ShareDetail, ShareFile, ShareLeaveOut, ShareList, ShareRetry

PHOTO = "photos/<uuid:photo_id>"
JOB = "jobs/<uuid:job_id>"
PERSON = "people/<uuid:person_id>"
SHARE = "shares/<uuid:share_id>"
urlpatterns = [
    path("analyse", Analyse.as_view(), name="api-analyse"),
    path("authority.pem", Authority.as_view(), name="api-authority"),
    path("capabilities", Capabilities.as_view(), name="api-capabilities"),
    path("photos", PhotoList.as_view(), name="api-photos"),
    path(PHOTO, PhotoDetail.as_view(), name="api-photo"),
    path(f"{PHOTO}/restore", PhotoRestore.as_view(), name="api-photo-restore"),
    path(f"{PHOTO}/thumbnail", PhotoThumbnail.as_view(), name="api-photo-thumbnail"),
    path(f"{PHOTO}/display", PhotoDisplay.as_view(), name="api-photo-display"),
    path(f"{PHOTO}/original", PhotoOriginal.as_view(), name="api-photo-original"),
    path(f"{PHOTO}/annotated.jpg", PhotoAnnotated.as_view(), name="api-photo-annotated"),
    path(f"{PHOTO}/readings.csv", PhotoReadings.as_view(), name="api-photo-readings"),
    path(f"{PHOTO}/exposure", PhotoExposure.as_view(), name="api-photo-exposure"),
    path(f"{PHOTO}/evidence", PhotoEvidence.as_view(), name="api-photo-evidence"),
    path(
        f"{PHOTO}/evidence.<slug:form>",
        PhotoEvidenceReport.as_view(),
        name="api-photo-evidence-report",
    ),
    path(f"{PHOTO}/location", PhotoLocation.as_view(), name="api-photo-location"),
    path("journeys", JourneyList.as_view(), name="api-journeys"),
    path("journeys/<uuid:journey_id>", JourneyDetail.as_view(), name="api-journey"),
    path(f"{PHOTO}/regions", PhotoRegions.as_view(), name="api-photo-regions"),
    path(f"{PHOTO}/regions.xmp", PhotoRegionsFile.as_view(), name="api-photo-regions-xmp"),
    path(f"{PHOTO}/report", PhotoReport.as_view(), name="api-photo-report"),
    path("artifacts/<uuid:artifact_id>", ArtifactFile.as_view(), name="api-artifact"),
    path("artifacts/<uuid:artifact_id>/proof.pdf", ArtifactProof.as_view(), name="api-proof"),
    path("faces", FaceList.as_view(), name="api-faces"),
    path("faces/<uuid:face_id>", FaceDetail.as_view(), name="api-face"),
    path("people", PersonList.as_view(), name="api-people"),
    path(PERSON, PersonDetail.as_view(), name="api-person"),
    path(f"{PERSON}/consent", PersonConsent.as_view(), name="api-person-consent"),
    path(f"{PERSON}/consents/<slug:purpose>", PersonConsents.as_view(), name="api-person-consents"),
    path(f"{PERSON}/adult", PersonAdult.as_view(), name="api-person-adult"),
    path(f"{PERSON}/faces", PersonFaces.as_view(), name="api-person-faces"),
    path(f"{PERSON}/faces/<uuid:face_id>", PersonFace.as_view(), name="api-person-face"),
    path("portraits", PortraitList.as_view(), name="api-portraits"),
    path("portraits/animations", AnimationList.as_view(), name="api-animations"),
    path("portraits/<uuid:portrait_id>", PortraitDetail.as_view(), name="api-portrait"),
    path("portraits/<uuid:portrait_id>/more", PortraitMore.as_view(), name="api-portrait-more"),
    path("portrait-recipes", RecipeList.as_view(), name="api-recipes"),
    path("portrait-recipes/<uuid:recipe_id>", RecipeDetail.as_view(), name="api-recipe"),
    path("made-here", MadeHere.as_view(), name="api-made-here"),
    path("alerts", AlertList.as_view(), name="api-alerts"),
    path("alerts/<uuid:alert_id>/dismiss", AlertDismiss.as_view(), name="api-alert-dismiss"),
    path("galleries", GalleryList.as_view(), name="api-galleries"),
    path("galleries/<uuid:gallery_id>", GalleryDetail.as_view(), name="api-gallery"),
    path(
        "galleries/<uuid:gallery_id>/exports", GalleryExports.as_view(), name="api-gallery-exports"
    ),
    path("exports/<uuid:export_id>", ExportDetail.as_view(), name="api-export"),
    path("exports/<uuid:export_id>/file", ExportFile.as_view(), name="api-export-file"),
    path("shares", ShareList.as_view(), name="api-shares"),
    path(SHARE, ShareDetail.as_view(), name="api-share"),
    path(f"{SHARE}/retry", ShareRetry.as_view(), name="api-share-retry"),
    path(f"{SHARE}/files/<int:number>", ShareFile.as_view(), name="api-share-file"),
    path(f"{SHARE}/leave-out", ShareLeaveOut.as_view(), name="api-share-leave-out"),
    path("prompts", PromptList.as_view(), name="api-prompts"),
    path("questions", QuestionList.as_view(), name="api-questions"),
    path("questions/<uuid:question_id>", QuestionDetail.as_view(), name="api-question"),
    path("jobs", JobList.as_view(), name="api-jobs"),
    path(JOB, JobDetail.as_view(), name="api-job"),
    path(f"{JOB}/preview", JobPreview.as_view(), name="api-job-preview"),
    path(f"{JOB}/cancel", JobCancel.as_view(), name="api-job-cancel"),
    path(f"{JOB}/retry", JobRetry.as_view(), name="api-job-retry"),
    path("schema", Schema.as_view(), name="api-schema"),
    path("docs", Docs.as_view(), name="api-docs"),
    re_path(r"", Nothing.as_view()),
]
