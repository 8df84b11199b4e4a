"""Whatever colours a file has -> 8-bit sRGB, with a plain note of what was done."""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageCms

WHITE = (255, 255, 255)
ALPHA_MODES = {"RGBA", "RGBa", "LA", "La", "PA"}
DEEP_GREY = {"I;16", "I;16B", "I;16L", "I;16N"}
PROFILE_SPACES = {"RGB": "RGB ", "CMYK": "CMYK", "L": "GRAY"}
UNSEEN = 2  # a difference of so many levels of 255
BAD_PROFILE = "The colour profile is damaged, so colours may be a little off."


def depth_notes(image: Image.Image) -> list[str]:
    """What to say of a picture, not yet loaded, that has more than 8 bits a colour."""
    raw_modes = " ".join(str(tile) for tile in getattr(image, "tile", ()))
    deep = image.mode in DEEP_GREY or ";16" in raw_modes
    return ["16 bits a colour are shown as 8."] if deep else []


def fitted(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    """The size within max_side of the same shape; never larger, never less than a pixel."""
    factor = min(1.0, max_side / max(size))
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def shrunk(image: Image.Image, max_side: int) -> Image.Image:
    """The picture with its longer side at most max_side."""
    size = fitted(image.size, max_side)
    if size == image.size:
        return image
    small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    small.info = image.info
    return small


def rgb(image: Image.Image, notes: list[str]) -> Image.Image:
    """8-bit sRGB over white; what was done is added to the notes.

    Raises:
        ValueError: there is no way from these colours to RGB.
    """
    profile = image.info.get("icc_profile")
    if image.mode in DEEP_GREY or image.mode in ("I", "F"):
        image = _eight_bits(image, notes)
    elif image.mode in ALPHA_MODES or "transparency" in image.info:
        image = _over_white(image, notes)
    elif image.mode == "LAB":
        return _converted(image, ImageCms.createProfile("LAB"))
    elif image.mode not in PROFILE_SPACES:
        image = image.convert("RGB")
    if image.mode == "CMYK":
        notes.append("Print colours (CMYK) are shown as screen colours.")
    if profile:
        image = _srgb(image, profile, notes)
    return image if image.mode == "RGB" else image.convert("RGB")


def _eight_bits(image: Image.Image, notes: list[str]) -> Image.Image:
    """16-bit grey by its upper half; other numbers stretched between their ends."""
    if image.mode in DEEP_GREY:
        low, high = 0.0, 65535.0
    else:
        low, high = image.getextrema()  # type: ignore[assignment]
        notes.append("Its brightness was stretched to what a screen can show.")
    factor = 255 / ((high - low) or 1)
    floats = image.convert("I").convert("F") if image.mode in DEEP_GREY else image.convert("F")
    return floats.point(lambda value: value * factor - low * factor).convert("L")


def _over_white(image: Image.Image, notes: list[str]) -> Image.Image:
    with_alpha = image.convert("RGBA")
    alpha = with_alpha.getchannel("A")
    if alpha.getextrema()[0] == 255:
        return with_alpha.convert("RGB")
    notes.append("Transparent parts are shown white.")
    flat = Image.new("RGB", image.size, WHITE)
    flat.paste(with_alpha, mask=alpha)
    return flat


def _srgb(image: Image.Image, profile: bytes, notes: list[str]) -> Image.Image:
    try:
        found = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if found.profile.xcolor_space != PROFILE_SPACES[image.mode]:
            return image
        if image.mode == "RGB" and _same_colours(found):
            return image
        return _converted(image, found)
    except (ImageCms.PyCMSError, OSError, ValueError):
        notes.append(BAD_PROFILE)
        return image


def is_srgb(profile: bytes) -> bool:
    """Whether a profile of RGB colours changes none of them.

    Raises:
        PyCMSError, OSError, ValueError: it is damaged.
    """
    found = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return found.profile.xcolor_space == PROFILE_SPACES["RGB"] and _same_colours(found)


def _same_colours(profile: ImageCms.ImageCmsProfile) -> bool:
    """Whether it is sRGB, by name or (many are nameless) by what it does to 512 colours."""
    if "srgb" in ImageCms.getProfileDescription(profile).lower():
        return True
    levels = range(0, 256, 36)
    samples = Image.new("RGB", (512, 1))
    samples.putdata([(red, green, blue) for red in levels for green in levels for blue in levels])
    changes = ImageChops.difference(samples, _converted(samples, profile)).getextrema()
    return all(high <= UNSEEN for _, high in changes)  # type: ignore[misc]


def _converted(image: Image.Image, profile: object) -> Image.Image:
    done = ImageCms.profileToProfile(
        image,
        profile,  # type: ignore[arg-type]
        ImageCms.createProfile("sRGB"),
        outputMode="RGB",
    )
    if done is None:
        raise ValueError("no conversion")
    return done
