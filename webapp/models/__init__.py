"""Rows. No logic here beyond state changes that must be one UPDATE; writes are in services."""

from webapp.models.audit import AuditAlias, AuditLine
from webapp.models.endpoint import Endpoint, EndpointDay
from webapp.models.export import Export
from webapp.models.face import Embedding, Face
from webapp.models.gallery import Gallery, Membership, SensitiveChoice
from webapp.models.job import Job
from webapp.models.learnt import Learnt
from webapp.models.location import Journey, Location, Stop
from webapp.models.person import Person
from webapp.models.photo import Photo
from webapp.models.portrait import Adulthood, Portrait, PortraitRecipe
from webapp.models.prompt_rule import PromptRule
from webapp.models.protection import Alert, Consent, Enrolment
from webapp.models.question import Answer, Question
from webapp.models.result import Artifact, Finding, Mark, Reading
from webapp.models.run import Run
from webapp.models.setting import LicenceAcceptance, Setting
from webapp.models.share import Share, ShareItem
from webapp.models.user import ApiKey, SignInLink, User

__all__ = [
    "Adulthood",
    "Alert",
    "Answer",
    "ApiKey",
    "Artifact",
    "AuditAlias",
    "AuditLine",
    "Consent",
    "Embedding",
    "Endpoint",
    "EndpointDay",
    "Enrolment",
    "Export",
    "Face",
    "Finding",
    "Gallery",
    "Job",
    "Journey",
    "Learnt",
    "LicenceAcceptance",
    "Location",
    "Mark",
    "Membership",
    "Person",
    "Photo",
    "Portrait",
    "PortraitRecipe",
    "PromptRule",
    "Question",
    "Reading",
    "Run",
    "SensitiveChoice",
    "Setting",
    "Share",
    "ShareItem",
    "SignInLink",
    "Stop",
    "User",
]
