"""CelebA's attributes by the same means: words that fit a face, each asked for by itself.

Thirty-six of the forty. "Male", "young" and "pale skin" are questions of their own, off until they
are turned on. "Attractive" is a verdict about a person, and asked of nobody but the set that holds
it (`manage.py evaluate prompting` on CelebA's list asks all forty).
"""

from __future__ import annotations

from ml.types import Form, Question

WORDS = (
    *("5 o'clock shadow", "arched eyebrows", "bags under the eyes", "bald", "bangs", "big lips"),
    *("big nose", "black hair", "blond hair", "blurry", "brown hair", "bushy eyebrows", "chubby"),
    *("double chin", "eyeglasses", "goatee", "grey hair", "heavy makeup", "high cheekbones"),
    *("mouth slightly open", "moustache", "narrow eyes", "no beard", "oval face", "pointy nose"),
    *("receding hairline", "rosy cheeks", "sideburns", "smiling", "straight hair", "wavy hair"),
    *("wearing earrings", "wearing hat", "wearing lipstick", "wearing necklace", "wearing necktie"),
)
QUESTION = Question(
    "Which of these words fit this person's face?",
    Form.CHOICES,
    WORDS,
    name="celeba-words",
    of_face=True,
)
