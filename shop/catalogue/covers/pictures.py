"""Uploaded covers: what is no picture of a cover is refused, the rest becomes WebP in a few widths.

Nothing of the upload is kept but its pixels: no metadata (a photograph tells where it was taken), no colour profile,
no second file hidden behind the first. Neither the file's name nor what the browser calls it is believed.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 16_000_000  # each takes four bytes when the picture is opened, however small its file
SHORTEST_SIDE = 200
MOST_SLENDER = 3  # times as high as wide, or as wide as high
WIDTHS = (160, 320, 480, 800)
QUALITY = 82


@dataclass(frozen=True)
class Picture:
    """A cover as the shop serves it: one WebP file a width, of the same shape."""

    width: int
    height: int
    files: dict[int, bytes]


def read_picture(upload: Any) -> Picture:
    """The picture in an uploaded file (a Django File).

    Takes a few tenths of a second of computing, so it is no work for the inside of a transaction. Raises
    ValidationError, in words for the uploader, for what is too large, too small, damaged or no such picture.
    """
    if upload.size > MOST_BYTES:
        raise ValidationError(_("The picture is larger than 10 MB."))
    upload.seek(0)
    try:
        with Image.open(upload, formats=FORMATS) as image:
            _check(image)
            pixels = _flat(_in_srgb(_shrunk(_true_colour(ImageOps.exif_transpose(image)))))
    except ValidationError:
        raise
    except UnidentifiedImageError as error:
        raise ValidationError(_("A cover is a JPEG, PNG or WebP picture; this file is none.")) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(_("The picture has more than 16 million pixels.")) from error
    except Exception as error:  # Pillow's decoders raise many kinds
        raise ValidationError(_("The picture is damaged.")) from error
    widths = [width for width in WIDTHS if width < pixels.width] + [pixels.width]
    return Picture(pixels.width, pixels.height, {width: _webp(pixels, width) for width in widths})


def _check(image: Image.Image) -> None:
    """By what the file's head says, before anything is unpacked."""
    shorter, longer = sorted(image.size)
    if shorter * longer > MOST_PIXELS:
        raise ValidationError(_("The picture has more than 16 million pixels."))
    if shorter < SHORTEST_SIDE:
        raise ValidationError(_("The picture is less than 200 pixels wide or high."))
    if longer > MOST_SLENDER * shorter:
        raise ValidationError(_("The picture has not the shape of a cover: it is too narrow."))
    # An MPO is a JPEG behind which a camera has put another picture of the same: the first will do.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise ValidationError(_("The picture moves: a cover is a single picture."))


def _true_colour(image: Image.Image) -> Image.Image:
    """Palettes and greys as RGB or RGBA; CMYK stays, for its profile knows best what it looks like."""
    if image.mode.startswith("I"):  # grey of 16 bits, which converting alone would cut off at 255
        return image.point(lambda level: level / 256).convert("RGB")
    if image.mode == "CMYK":
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _shrunk(image: Image.Image) -> Image.Image:
    image.thumbnail((WIDTHS[-1], MOST_SLENDER * WIDTHS[-1]), Image.Resampling.LANCZOS, reducing_gap=3)
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Colours as screens show them without the picture's own profile, which is not passed on."""
    profile = image.info.get("icc_profile")
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            mode = "RGBA" if image.mode == "RGBA" else "RGB"
            return (
                ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=mode)
                or image
            )
        except (ImageCms.PyCMSError, OSError):
            pass  # a profile of another colour space, or a broken one: the plain conversion has to do
    return image if image.mode == "RGBA" else image.convert("RGB")


def _flat(image: Image.Image) -> Image.Image:
    """Nothing but pixels, on white where the picture lets through."""
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image, mask=image if image.mode == "RGBA" else None)
    return flat


def _webp(pixels: Image.Image, width: int) -> bytes:
    height = max(1, round(pixels.height * width / pixels.width))
    resized = pixels.resize((width, height), Image.Resampling.LANCZOS) if width < pixels.width else pixels
    written = BytesIO()
    resized.save(written, "WEBP", quality=QUALITY)
    return written.getvalue()
