"""Free fonts by script, and what may be written in them: for drawing signs in many scripts.

Debian's names of the packages: fonts-noto-core, fonts-noto-cjk (what the network of scripts is
trained on), and fonts of other makers (what it is tested on): fonts-dejavu, fonts-liberation,
fonts-roboto-unhinted, fonts-open-sans, fonts-paratype, fonts-linuxlibertine, fonts-gfs-didot,
fonts-freefont-ttf, fonts-hosny-amiri, fonts-kacst, culmus, fonts-lohit-*, fonts-deva-extra,
fonts-beng-extra, fonts-telu-extra, fonts-gubbi, fonts-smc, fonts-lklug-sinhala, fonts-thai-tlwg,
fonts-bpg-georgian, fonts-sil-abyssinica, fonts-sil-padauk, fonts-khmeros, fonts-lao, fonts-nanum,
fonts-unfonts-core, fonts-ipafont-gothic, fonts-ipafont-mincho, fonts-vlgothic, fonts-wqy-zenhei,
fonts-wqy-microhei, fonts-arphic-uming.
"""

from __future__ import annotations

import subprocess
from collections import defaultdict
from functools import cache

from PIL import ImageFont

# Families beside "Noto Sans X" and "Noto Serif X", which every script has.
NOTO = {
    "latin": ("Noto Sans", "Noto Serif", "Noto Sans Display", "Noto Serif Display"),
    "cyrillic": ("Noto Sans", "Noto Serif", "Noto Sans Display", "Noto Serif Display"),
    "greek": ("Noto Sans", "Noto Serif", "Noto Sans Display", "Noto Serif Display"),
    "arabic": ("Noto Sans Arabic", "Noto Kufi Arabic", "Noto Naskh Arabic"),
    "hebrew": ("Noto Sans Hebrew", "Noto Serif Hebrew"),
    "devanagari": ("Noto Sans Devanagari", "Noto Serif Devanagari"),
    "bengali": ("Noto Sans Bengali", "Noto Serif Bengali"),
    "gujarati": ("Noto Sans Gujarati", "Noto Serif Gujarati"),
    "gurmukhi": ("Noto Sans Gurmukhi", "Noto Serif Gurmukhi"),
    "tamil": ("Noto Sans Tamil", "Noto Serif Tamil"),
    "telugu": ("Noto Sans Telugu", "Noto Serif Telugu"),
    "kannada": ("Noto Sans Kannada", "Noto Serif Kannada"),
    "malayalam": ("Noto Sans Malayalam", "Noto Serif Malayalam"),
    "sinhala": ("Noto Sans Sinhala", "Noto Serif Sinhala"),
    "thai": ("Noto Sans Thai", "Noto Serif Thai", "Noto Looped Thai"),
    "lao": ("Noto Sans Lao", "Noto Serif Lao", "Noto Looped Lao"),
    "burmese": ("Noto Sans Myanmar", "Noto Serif Myanmar"),
    "khmer": ("Noto Sans Khmer", "Noto Serif Khmer"),
    "georgian": ("Noto Sans Georgian", "Noto Serif Georgian"),
    "armenian": ("Noto Sans Armenian", "Noto Serif Armenian"),
    "ethiopic": ("Noto Sans Ethiopic", "Noto Serif Ethiopic"),
    "hangul": ("Noto Sans CJK KR", "Noto Serif CJK KR"),
    "kana": ("Noto Sans CJK JP", "Noto Serif CJK JP"),
    "han": ("Noto Sans CJK SC", "Noto Serif CJK SC", "Noto Sans CJK TC", "Noto Serif CJK TC"),
    "none": ("Noto Sans", "Noto Serif", "Noto Sans Mono"),
}
WESTERN = ("DejaVu Sans", "DejaVu Serif", "Liberation Sans", "Liberation Serif", "Roboto")
OTHERS = {
    "latin": (*WESTERN, "Liberation Sans Narrow", "Open Sans", "PT Sans", "Linux Libertine O"),
    "cyrillic": (*WESTERN, "Open Sans", "PT Sans", "PT Serif"),
    "greek": (*WESTERN, "Open Sans", "GFS Didot", "FreeSerif"),
    "arabic": ("Amiri", "DejaVu Sans", "KacstOffice", "KacstTitle", "KacstBook"),
    "hebrew": ("Frank Ruehl CLM", "Miriam CLM", "David CLM", "Nachlieli CLM", "DejaVu Sans"),
    "devanagari": ("Lohit Devanagari", "Chandas", "Samanata", "FreeSans"),
    "bengali": ("Lohit Bengali", "Mukti", "Likhan"),
    "gujarati": ("Lohit Gujarati", "FreeSerif"),
    "gurmukhi": ("Lohit Gurmukhi", "FreeSans"),
    "tamil": ("Lohit Tamil", "FreeSerif"),
    "telugu": ("Lohit Telugu", "Pothana2000", "Vemana2000"),
    "kannada": ("Lohit Kannada", "Gubbi"),
    "malayalam": ("Lohit Malayalam", "Rachana", "Meera", "Manjari"),
    "sinhala": ("LKLUG", "FreeSerif"),
    "thai": ("Garuda", "Kinnari", "Loma", "Norasi", "Sawasdee", "Waree", "Laksaman"),
    "lao": ("Phetsarath OT", "DejaVu Sans"),
    "burmese": ("Padauk", "Padauk Book"),
    "khmer": ("Khmer OS", "Khmer OS Battambang", "Khmer OS Siemreap", "Khmer OS Content"),
    "georgian": ("BPG Serif GPL&GNU", "BPG Sans GPL&GNU", "DejaVu Sans", "FreeSerif"),
    "armenian": ("DejaVu Sans", "DejaVu Serif", "FreeSans", "FreeSerif"),
    "ethiopic": ("Abyssinica SIL", "FreeSerif"),
    "hangul": ("NanumGothic", "NanumMyeongjo", "UnBatang", "UnDotum", "WenQuanYi Micro Hei"),
    "kana": ("IPAGothic", "IPAMincho", "VL Gothic"),
    "han": ("AR PL UMing CN", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei"),
    "none": WESTERN,
}
SCRIPTS = tuple(NOTO)
NAMES = {  # first words of Unicode's names of letters
    "latin": "LATIN", "cyrillic": "CYRILLIC", "greek": "GREEK", "arabic": "ARABIC",
    "hebrew": "HEBREW", "devanagari": "DEVANAGARI", "bengali": "BENGALI", "gujarati": "GUJARATI",
    "gurmukhi": "GURMUKHI", "tamil": "TAMIL", "telugu": "TELUGU", "kannada": "KANNADA",
    "malayalam": "MALAYALAM", "sinhala": "SINHALA", "thai": "THAI", "lao": "LAO",
    "burmese": "MYANMAR", "khmer": "KHMER", "georgian": "GEORGIAN", "armenian": "ARMENIAN",
    "ethiopic": "ETHIOPIC", "hangul": "HANGUL", "kana": "KATAKANA", "han": "CJK",
}  # fmt: skip


LETTERS = {  # one that only fonts of the script have
    "latin": "g", "cyrillic": "ж", "greek": "λ", "arabic": "ع", "hebrew": "ש", "devanagari": "म",
    "bengali": "ক", "gujarati": "ક", "gurmukhi": "ਕ", "tamil": "க", "telugu": "క", "kannada": "ಕ",
    "malayalam": "ക", "sinhala": "ක", "thai": "ก", "lao": "ກ", "burmese": "က", "khmer": "ក",
    "georgian": "გ", "armenian": "գ", "ethiopic": "መ", "hangul": "한", "kana": "ア", "han": "国",
    "none": "5",
}  # fmt: skip


@cache
def installed(script: str) -> dict[str, list[tuple[str, int]]]:
    """Family -> files and the fonts' numbers in them, of this machine's fonts with the script."""
    which = f":charset={ord(LETTERS[script]):x}"
    command = ["fc-list", which, "--format", "%{family}\t%{file}\t%{index}\n"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = defaultdict(list)
    for line in sorted(lines.splitlines()):
        families, file, index = line.split("\t")
        # The upper half of the number tells instances of variable fonts apart.
        found[families.split(",")[0]].append((file, int(index) & 0xFFFF))
    return found


@cache
def font(script: str, family: str, which: int, size: int) -> ImageFont.FreeTypeFont:
    """One of a family's files with the script, whichever `which` falls on.

    Raises:
        LookupError: the family is not installed.
    """
    files = installed(script).get(family)
    if not files:
        raise LookupError(f"The font {family} is not installed; see tests/fitting/lettering.py.")
    file, index = files[which % len(files)]
    return ImageFont.truetype(file, size, index=index)
