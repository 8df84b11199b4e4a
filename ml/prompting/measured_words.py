"""Finds out which measurement a question in words asks for: by word lists, which anybody can read.

A question that holds words of things that are not measured is not forced onto one that is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Over(StrEnum):
    """Of how many people something is asked."""

    EACH = "each"
    COUNT = "count"
    ANY = "any"
    ALL = "all"
    WHICH = "which"


@dataclass(frozen=True, slots=True)
class Meant:
    """topic: of measured_faces or measured_photo. negated: who does not."""

    topic: str
    over: Over = Over.EACH
    negated: bool = False


# What asks for a topic, the more special ones first: the first that fits is meant.
FACE_WORDS: Mapping[str, str] = {
    "sunglasses": r"sun ?glasses|shades|dark glasses",
    "glasses": r"glasses|spectacles|eyeglasses|eyewear",
    "mask": r"(face|surgical|medical) ?mask|mask over|wear\w* a mask",
    "hat": r"\bhats?\b|\bcaps?\b|helmets?|headscarf|head ?scarves|beanie|hood|head ?wear|"
    r"head cover",
    "beard": r"beard\w*|facial hair|clean.shaven|unshaven",
    "teeth": r"\bteeth\b|\btooth\b",
    "mouth-open": r"mouths? (is |are |be )?open|open mouths?|mouths? (is |are )?(closed|shut)"
    r"|(closed|shut) mouths?",
    "smiling": r"smil\w*|grin(s|ning)?\b|\blaugh\w*",
    "hand-on-face": r"hands? (on|at|to|against|near) (the|his|her|their|its) "
    r"(face|chin|cheek|mouth|head)|touch\w* (the|his|her|their) (face|chin|cheek)",
    "raised-hand": r"rais\w* (a|an|the|his|her|their|one)? ?(hand|arm)s?|hands? (up|raised)|waving",
    "faces-camera": r"(look\w*|fac\w*|star\w*|gaz\w*) (straight |directly )?(in|into|at|to|"
    r"towards?)? ?(the )?(camera|lens|photographer|viewer)|eye contact with the camera",
    "looks-at": r"look\w* at\b(?! the (camera|lens|photographer))",
    "eyes-open": r"eyes? (is |are |be )?(open|closed|shut)|(open|closed|shut) eyes?|asleep|"
    r"sleeping",
    "hair-colour": r"(colou?r|shade).{0,20}\bhair|hair.{0,12}colou?r|(dark|light|blond\w*|black|"
    r"brown|grey|gray|white|red|ginger) hair(ed)?\b|\bblondes?\b|brunettes?",
    "clothing-colour": r"colou?r.{0,24}(cloth\w*|shirts?|coats?|jackets?|dress\w*|sweaters?|tops?|"
    r"wear\w*|suit|jersey|pullover)|(cloth\w*|shirt|coat|jacket|dress|sweater|suit)"
    r".{0,12}colou?r",
    "apparent-age": r"how old|\bage\b|\baged\b",
    "apparent-expression": r"expressions?|emotions?|moods?|(look|seem|appear|feel)\w* "
    r"(happy|sad|angry|afraid|surprised|disgusted|neutral)",
    "apparent-gender": r"gender|\bsex\b|(a )?(man|male) or (a )?(woman|female)",
}
PHOTO_WORDS: Mapping[str, str] = {
    "who-looks-at-whom": r"who (looks|is looking) at (whom|who|each other)|look\w* at each other",
    "camera": r"(what|which) (camera|phone|device)|camera (model|was used)",
    "size": r"how (large|big|many pixels)|resolution|dimensions",
    "visible-text": r"what (is|are|was|does|do)\b.{0,24}\b(written|writing|text|signs?|say|words)"
    r"\b|\b(what|which) (text|writing|words|signs?)\b|read the (text|sign)|"
    r"is there (any )?(text|writing)",
    "daylight": r"day ?light|by day\b|at night|night.?time|day.?time",
    "sharp": r"\bsharp\b|blurr\w*|in focus|out of focus",
    "when": r"\bwhen\b|what (time|date|day|year)|which (year|day|month)|taken on\b",
    "where": r"\bwhere (was|is|were) (this|the|it|that)|coordinates|which (place|city|country)|"
    r"\bgps\b",
    "people": r"how many (people|persons|faces|humans|individuals)|number of (people|faces)|"
    r"anyone in the (photo|picture)|is there (a|any) (person|face)",
}
# What turns a topic round: the question is of the opposite.
OPPOSITE: Mapping[str, str] = {
    "eyes-open": r"closed|shut|asleep|sleeping",
    "mouth-open": r"closed|shut",
    "beard": r"clean.shaven",
    "daylight": r"night",
    "sharp": r"blurr|out of focus",
}
NOT = r"\bnot\b|n't\b|\bwithout\b|\bno\b(?! one)"
OVER: Mapping[Over, str] = {
    Over.COUNT: r"how many|number of",
    Over.ALL: r"\b(everyone|everybody|all|both|each)\b",
    Over.ANY: r"\b(anyone|anybody|someone|somebody|any)\b|^is there|^are there|^does one of",
    Over.WHICH: r"^who\b|\bwho (is|are|has|have|wears?|smiles?|looks?)\b|^which\b|^whose\b",
}
# Words that ask for more than a measurement: who they are, why, and what may be.
BEYOND = re.compile(
    r"\b(why|friends?|married|related|family|couple|name|famous|celebrit\w*|jobs?|profession\w*|"
    r"think\w*|happen\w*|will|would|should|could|intend\w*|rich|poor|intelligent|smart|beautiful|"
    r"attractive|handsome|trustworth\w*|nationality|religio\w*|ethnic\w*|race|love|eat(s|ing)?|"
    r"(?<!beard or )mou?staches?(?! or beard)|"
    r"drink\w*|play\w*|doing|brand|animals?|dogs?|cats?|cars?|bicycles?|boats?|food|left.handed|"
    r"taller|tallest|heav\w*|weigh\w*|brothers?|sisters?|mother|father|sons?|daughters?|"
    r"colleagues?|boss|guilty|criminal|drunk|ill|sick|healthy)\b|\b(feel\w* about|like each)\b"
)


def meant(text: str) -> Meant | None:
    """What a question in words asks for; None where nothing here measures that."""
    words = plain(text)
    if BEYOND.search(words):
        return None
    for name, pattern in PHOTO_WORDS.items():
        if re.search(pattern, words) and not (name == "people" and more_than_people(words)):
            return Meant(name, negated=turned(name, words))
    for name, pattern in FACE_WORDS.items():
        if re.search(pattern, words):
            return Meant(name, over(words), turned(name, words))
    return None


def more_than_people(words: str) -> bool:
    """ "How many people wear glasses?" asks for glasses."""
    return any(re.search(pattern, words) for pattern in FACE_WORDS.values())


def over(words: str) -> Over:
    return next((one for one, pattern in OVER.items() if re.search(pattern, words)), Over.EACH)


def turned(name: str, words: str) -> bool:
    """Whether the opposite is asked for; twice is not at all."""
    opposite = bool(name in OPPOSITE and re.search(OPPOSITE[name], words))
    return opposite != bool(re.search(NOT, words))


def plain(text: str) -> str:
    """Lower case, one blank between words, no marks but apostrophes."""
    kept = re.sub(r"[^a-z0-9' -]+", " ", text.lower().replace("’", "'"))
    return re.sub(r"\s+", " ", kept).strip()
