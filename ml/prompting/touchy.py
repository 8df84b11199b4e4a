"""Whether a question that somebody typed asks for what is nobody's business unless it is turned on.

Lists of English words: they decline too much rather than too little, and know no other language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ml.registry import Sensitive

PEOPLE = r"(?:man|men|woman|women|boys?|girls?|lady|ladies|gentlem[ae]n|guys?)"
WHO = r"(?:s?he|they|it|(?:this|that|the)\s+(?:one|person|face|man|woman|boy|girl))"


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.IGNORECASE)


# "The woman in red" names whom one means and asks nothing; "a woman" and "man or woman" do ask.
WORDS: Mapping[Sensitive, re.Pattern[str]] = {
    Sensitive.AGE: _words(
        r"ages?|aged|ageing|old|olde[rs]t?|young|younge[rs]t?|youth|elderly|seniors?|middle-aged",
        r"teen(?:age)?(?:rs?|s)?|adults?|minors?|under-?age|child(?:ren)?|kids?|bab(?:y|ies)",
        r"toddlers?|infants?|born|birth(?:day)?|generation|years",
    ),
    Sensitive.GENDER: _words(
        r"genders?|sex|males?|females?|masculine|feminine|trans(?:gender|sexual)?|non-?binary",
        r"gay|lesbian|(?:homo|hetero|bi)?sexual(?:ity)?|pronouns?",
        rf"(?<!\bthe\s)(?<!\bthis\s)(?<!\bthat\s)(?<!\bthese\s)(?<!\bthose\s){PEOPLE}",
    ),
    # Belief and descent go together where they are guessed from looks.
    Sensitive.RACE: _words(
        r"race|racial|ethnic\w*|nationalit(?:y|ies)|skin[\s-]+(?:colou?r|tone|type)|descent",
        r"ancestry|origins?|foreign(?:er)?|immigrants?|native|caucasian|asian|african|european",
        r"hispanic|latin[oax]|arab(?:ic)?|indian|jew(?:ish)?|muslim|christian|hindu|buddhist",
        r"religio\w+|belie(?:f|ve[sr]?)",
        rf"(?:black|white|brown)\s+(?:{PEOPLE}|persons?|people)",
        rf"(?:is|are|was|were)\s+{WHO}\s+(?:black|white|brown)",
        rf"where\s+(?:is|are|does|do)\s+{WHO}\s+(?:come\s+)?from|countr(?:y|ies)",
    ),
    Sensitive.EMOTION: _words(
        r"emotion\w*|feel(?:s|ing|ings)?|felt|moods?|happ(?:y|ier|ily|iness)|unhappy|sad(?:ness)?",
        r"ang(?:er|ry)|afraid|fear\w*|scared|frightened|disgust\w*|surprised?|expressions?",
        r"annoyed|upset|depress\w+|cheerful|worr(?:y|ied)|nervous|anxious|anxiety|stress\w*|joy\w*",
        r"neutral",
    ),
    Sensitive.ATTENTION: _words(
        r"attenti(?:on|ve)\w*|drows\w+|sleepy|tired|exhausted|distract\w+|concentrat\w+|bored",
        r"focus(?:s?ed|ing)?\s+on|alert",
    ),
}  # fmt: skip


def touches(text: str) -> set[Sensitive]:
    """The kinds of sensitive attribute that words ask for."""
    return {kind for kind, words in WORDS.items() if words.search(text)}
