"""Photos that people send: looked at, drawn anew in fixed sizes, the original thrown away.

**Source:** OWASP, "File Upload Cheat Sheet" (rewrite images, limit their size, name them anew).
"""

import hashlib
import io
import struct
import threading
from http import HTTPStatus
from typing import Any, BinaryIO

from flask import Flask
from flask_babel import lazy_gettext as _
from PIL import Image, ImageCms, ImageOps

from marketplace.core import media
from marketplace.core.errors import DomainError, PicturesAway
from marketplace.core.rights import KB, MB

WIDTHS = (320, 640, 960)
CARD = 960
MOST_BYTES, LONGEST_SIDE, MOST_PIXELS = 8 * MB, 8_000, 24_000_000
MOST_WEBP_PIXELS = 6_000_000  # its decoder holds an image four times
BAND = 64  # rows of what is drawn
MALFORMED = (OSError, ValueError, SyntaxError, TypeError, LookupError, EOFError, struct.error)
WEBP = {"format": "WEBP", "quality": 78, "method": 4}
LISTED_BYTES, LESS = 18 * KB, (78, 64, 50, 36, 22)  # a page of 24 has to come over a thin line
JPEG = {"format": "JPEG", "quality": 82, "progressive": True, "optimize": True}
Image.MAX_IMAGE_PIXELS = None  # our own limits are lower, and refuse instead of warning
_two_at_a_time = threading.BoundedSemaphore(2)


class BadPicture(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("We could not read this photo. Send a photo in JPEG, PNG or WebP.")


class PictureTooLarge(BadPicture):
    message = _("This photo is too large. Send one of up to 8 MB and 24 megapixels.")


class WebpTooLarge(PictureTooLarge):
    message = _("This WebP photo has more than 6 megapixels. Send it as JPEG.")


class NotKept(BadPicture):
    """There is nothing wrong with the photo: the disk is full, or the bucket does not answer."""

    status, message, headers = PicturesAway.status, PicturesAway.message, PicturesAway.headers


def init_app(app: Flask) -> None:
    app.jinja_env.globals |= {"picture_url": picture_url, "card_url": card_url}


def take_in(stream: BinaryIO) -> str:
    """Keep a photo in its sizes, without anything else that was in the file; return its id.

    The same photo has the same id. Takes up to 8 MB, 24 megapixels and 8,000 a side; call it
    before the operation that refers to it: it writes files.

    :raises PictureTooLarge: for more than that; a WebP has up to 6 megapixels.
    :raises BadPicture: for what is not one JPEG, PNG or WebP image, whole and still.
    :raises NotKept: if there is no place for it now.
    """
    raw = stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise PictureTooLarge
    with _two_at_a_time:
        drawn = _draw(raw)
    picture = hashlib.sha256(drawn[f"{max(WIDTHS)}.webp"]).hexdigest()[:32]
    try:
        for ending, data in drawn.items():
            if not media.exists(f"{picture}-{ending}"):
                media.put(f"{picture}-{ending}", data)
    except (PicturesAway, OSError) as error:
        raise NotKept from error
    return picture


def redrawn(raw: bytes) -> bytes:
    """Return a photo as a JPEG in its largest size, without anything else that was in the file.

    :raises PictureTooLarge: as `take_in`. :raises BadPicture: as `take_in`.
    """
    with _two_at_a_time:
        return _saved(_fitted(_unpacked(raw), CARD), **JPEG)


def remove(picture: str) -> None:
    """Remove a photo in all its sizes, or a private paper of that name."""
    for ending in (*(f"-{width}.webp" for width in WIDTHS), f"-{CARD}.jpg", ".bin"):
        media.delete(f"{picture}{ending}")


def picture_url(picture: str, width: int = 640) -> str:
    return media.media_url(f"{picture}-{width}.webp")


def card_url(picture: str) -> str:
    """Return the address of the JPEG that messengers show beside a shared link."""
    return media.media_url(f"{picture}-{CARD}.jpg")


def _draw(raw: bytes) -> dict[str, bytes]:
    plain = _unpacked(raw)
    sizes = {f"{width}.webp": _saved(_fitted(plain, width), **WEBP) for width in WIDTHS[1:]}
    sizes[f"{WIDTHS[0]}.webp"] = _listed(_fitted(plain, WIDTHS[0]))
    return sizes | {f"{CARD}.jpg": _saved(_fitted(plain, CARD), **JPEG)}


def _unpacked(raw: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(raw), formats=["JPEG", "PNG", "WEBP"]) as sent:
            _measure(sent)
            sent.draft("RGB", (2 * max(WIDTHS), 2 * max(WIDTHS)))
            return ImageOps.exif_transpose(_plain(sent))
    except MALFORMED as error:
        raise BadPicture from error


def _measure(sent: Image.Image) -> None:
    """Refuse by the header, before any of the image is unpacked.

    A second image is a preview in photos of some phones (MPO), an animation in the other kinds.
    """
    width, height = sent.size
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise PictureTooLarge
    if sent.format == "WEBP" and width * height > MOST_WEBP_PIXELS:
        raise WebpTooLarge
    if sent.format in ("PNG", "WEBP") and getattr(sent, "n_frames", 1) != 1:
        raise BadPicture


def _plain(image: Image.Image) -> Image.Image:
    """Return the image in sRGB, on white where it was transparent, no larger than is needed.

    It is done in bands, so that a large image is in memory once, as it was unpacked.
    """
    (width, height), less = image.size, _times_smaller(*image.size)
    plain = Image.new("RGB", (-(-width // less), -(-height // less)))
    for top in range(0, height, BAND * less):
        band = image.crop((0, top, width, min(height, top + BAND * less)))
        plain.paste(_on_white(band).reduce(less), (0, top // less))
    plain.info = {"exif": image.getexif().tobytes()}
    profile = image.info.get("icc_profile")
    return _in_srgb(plain, profile) if profile else plain


def _times_smaller(width: int, height: int) -> int:
    """Return by how much an image may shrink and stay larger than its largest size."""
    long, short = max(width, height), min(width, height)
    return max(1, int(max(long / (2 * max(WIDTHS)), short / max(WIDTHS)) / 1.3))


def _on_white(image: Image.Image) -> Image.Image:
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image)
    return image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        told = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        shown = ImageCms.profileToProfile(image, told, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return image  # a profile of another colour space, or none at all
    return shown or image


def _fitted(image: Image.Image, width: int) -> Image.Image:
    """Return it at most this wide, and at most twice as high as that."""
    fitted = image.copy()
    fitted.thumbnail((width, 2 * width), Image.Resampling.LANCZOS)
    return fitted


def _listed(image: Image.Image) -> bytes:
    """Return the picture of a list: as good as its weight allows."""
    data = b""
    for quality in LESS:
        data = _saved(image, **WEBP | {"quality": quality})
        if len(data) <= LISTED_BYTES:
            break
    return data


def _saved(image: Image.Image, **how: Any) -> bytes:
    image.info = {}
    image.save(file := io.BytesIO(), **how)
    return file.getvalue()
