"""Free fonts by script, and what may be written in them: for drawing signs in many scripts.

Debian's names of the packages. What the network of scripts is trained on: fonts-noto-core,
fonts-noto-extra, fonts-noto-mono, fonts-noto-ui-core, fonts-noto-cjk, fonts-noto-cjk-extra, and for
MORE: fonts-inter, fonts-comfortaa, fonts-jura, fonts-crosextra-carlito, fonts-sil-andika,
fonts-sil-gentiumplus, fonts-urw-base35, fonts-bebas-neue, fonts-roadgeek, fonts-yanone-kaffeesatz,
fonts-cmu, fonts-b612, fonts-play, fonts-manrope,
fonts-ebgaramond, fonts-dosis, fonts-comic-neue, fonts-lato, fonts-arabeyes, fonts-farsiweb,
fonts-sil-scheherazade, fonts-sil-harmattan, fonts-sil-lateef, fonts-paktype, fonts-nafees,
fonts-lemonada, fonts-sil-ezra, culmus-fancy, fonts-gargi, fonts-nakula, fonts-sahadeva,
fonts-sarai, fonts-sil-annapurna, fonts-samyak, fonts-aksharyogini2, fonts-gujr-extra,
fonts-yrsa-rasa, fonts-kalapi, fonts-guru-extra, fonts-meera-inimai, fonts-taml-tamu,
fonts-teluguvijayam, fonts-navilu, fonts-rit-sundar, fonts-gemunu-libre, fonts-sipa-arundina,
fonts-sil-mondulkiri, fonts-sil-mondulkiri-extra, fonts-mph-2b-damase, fonts-senamirmir-washra,
fonts-woowa-bm, fonts-baekmuk, fonts-lexi-gulim, fonts-naver-d2coding, fonts-mplus,
fonts-morisawa-bizud-gothic, fonts-morisawa-bizud-mincho, fonts-motoya-l-maruberi,
fonts-sawarabi-gothic, fonts-reggae, fonts-rocknroll, fonts-yusei-magic, fonts-klee,
fonts-arphic-ukai, fonts-arphic-gbsn00lp, fonts-lxgw-wenkai, fonts-smiley-sans. What it is tested
on, fonts of other makers again: fonts-dejavu, fonts-liberation,
fonts-roboto-unhinted, fonts-open-sans, fonts-paratype, fonts-linuxlibertine, fonts-gfs-didot,
fonts-freefont-ttf, fonts-hosny-amiri, fonts-kacst, culmus, fonts-lohit-*, fonts-deva-extra,
fonts-beng-extra, fonts-telu-extra, fonts-gubbi, fonts-smc, fonts-lklug-sinhala, fonts-thai-tlwg,
fonts-bpg-georgian, fonts-sil-abyssinica, fonts-sil-padauk, fonts-khmeros, fonts-lao, fonts-nanum,
fonts-unfonts-core, fonts-ipafont-gothic, fonts-ipafont-mincho, fonts-vlgothic, fonts-wqy-zenhei,
fonts-wqy-microhei, fonts-arphic-uming.
"""

from __future__ import annotations

import subprocess
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache

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
MORE = {  # of other makers than Noto's and than those that it is tested on
    "latin": (
        *("Inter", "Comfortaa", "Jura", "Carlito", "Andika", "Gentium Plus", "Nimbus Sans"),
        *("Nimbus Roman", "Bebas Neue", "Roadgeek 2014 Series D", "Yanone Kaffeesatz", "B612"),
        *("CMU Serif", "CMU Sans Serif", "Play", "Manrope", "EB Garamond", "Dosis", "Comic Neue"),
    ),
    "cyrillic": (
        *("Inter", "Comfortaa", "Jura", "Carlito", "Andika", "Gentium Plus", "Nimbus Sans"),
        *("Nimbus Roman", "Bebas Neue", "CMU Serif", "CMU Sans Serif", "Play"),
        *("Manrope", "EB Garamond", "Lato"),
    ),
    "greek": (
        *("Inter", "Comfortaa", "Jura", "Carlito", "Gentium Plus", "Nimbus Sans", "Nimbus Roman"),
        *("CMU Serif", "CMU Sans Serif", "Play", "Manrope", "EB Garamond", "B612"),
    ),
    "arabic": (
        *("Scheherazade", "Harmattan", "Lateef", "Nafees", "Nazli", "Homa", "Titr", "Lemonada"),
        *("PakType Naskh Basic", "PakType Naqsh", "AlArabiya", "Furat", "Hani", "Petra", "Salem"),
    ),
    "hebrew": ("Ezra SIL", "Anka CLM", "Gan CLM", "Ozrad CLM", "Dorian CLM", "Horev CLM"),
    "devanagari": (
        *("Annapurna SIL", "Gargi", "Nakula", "Sahadeva", "Samyak Devanagari", "Sarai"),
        "Aksharyogini2",
    ),
    "bengali": ("Ani", "Jamrul", "Mitra"),
    "gujarati": ("Rasa", "Rekha", "Samyak Gujarati", "aakar", "padmaa", "Kalapi"),
    "gurmukhi": ("Saab",),
    "tamil": ("Meera Inimai", "Samyak Tamil", "TAMu_Kadambri", "TAMu_Kalyani", "TAMu_Maduram"),
    "telugu": (
        *("Dhurjati", "Gidugu", "Gurajada", "Mallanna", "Mandali", "NTR", "Ponnala", "Ramabhadra"),
        *("Suranna", "Suravaram", "Timmana", "TenaliRamakrishna"),
    ),
    "kannada": ("Navilu",),
    "malayalam": ("RIT-Sundar", "Samyak Malayalam"),
    "sinhala": ("Gemunu Libre",),
    "thai": ("Arundina Sans", "Arundina Serif", "Arundina Sans Mono"),
    "khmer": ("Khmer Busra", "Khmer Mondulkiri", "Khmer Oureang", "Khmer Ratanakiri"),
    "armenian": ("MPH 2B Damase",),
    "ethiopic": (
        *("Ethiopia Jiret", "Ethiopic Hiwua", "Ethiopic WashRa SemiBold", "Ethiopic Wookianos"),
        *("Ethiopic Yebse", "Ethiopic Yigezu Bisrat Goffer", "Ethiopic Zelan"),
    ),
    "hangul": (
        "BM DoHyeon",
        "BM JUA_TTF",
        "BM YEONSUNG",
        "Baekmuk Batang",
        "LexiGulim",
        "D2Coding",
    ),
    "kana": (
        *("BIZ UDGothic", "BIZ UDMincho", "M PLUS 1", "MotoyaLMaru", "Sawarabi Gothic", "Klee One"),
        *("Reggae One", "RocknRoll One", "Yusei Magic"),
    ),
    "han": (
        *("AR PL UKai CN", "AR PL SungtiL GB", "BIZ UDGothic", "LXGW WenKai", "Smiley Sans"),
        "Droid Sans Fallback",
    ),
    "none": (
        "Inter",
        "Jura",
        "Carlito",
        "Nimbus Roman",
        "Bebas Neue",
        "B612",
        "Roadgeek 2014 Series D",
    ),
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


def font(script: str, family: str, which: int, size: int) -> ImageFont.FreeTypeFont:
    """One of a family's files with the script, whichever `which` falls on.

    Raises:
        LookupError: the family is not installed.
    """
    files = installed(script).get(family)
    if not files:
        raise LookupError(f"The font {family} is not installed; see tests/fitting/lettering.py.")
    return opened(*files[which % len(files)], size)


@lru_cache(maxsize=2000)
def opened(file: str, index: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size, index=index)


def whole(text: str, chosen: ImageFont.FreeTypeFont) -> bool:
    """Whether the font has all letters of the text: of others it draws empty boxes, which say more
    of the font than of the script."""
    return not any(lacking(str(chosen.path), chosen.index, letter) for letter in set(text))


@lru_cache(maxsize=200_000)
def lacking(file: str, index: int, letter: str) -> bool:
    """Whether the letter looks as one that no font has."""
    if letter.isspace() or unicodedata.category(letter) == "Cf":
        return False
    small = ImageFont.truetype(file, 16, index=index, layout_engine=ImageFont.Layout.BASIC)
    drawn = bytes(small.getmask(letter))
    return not any(drawn) or drawn == bytes(small.getmask("\U0010fffd"))
