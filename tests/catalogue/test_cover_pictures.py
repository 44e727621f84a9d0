"""What is let in as a cover, and what becomes of it."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, ImageDraw

from shop.catalogue.covers.pictures import MOST_BYTES, read_picture

RED, BLUE, WHITE = (200, 30, 40), (20, 60, 180), (255, 255, 255)


def saved(image, kind="PNG", **options):
    """The image as a file's bytes."""
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def front(size=(600, 900), colour=RED, mode="RGB"):
    return Image.new(mode, size, colour)


def uploaded(content, name="front.png"):
    return SimpleUploadedFile(name, content)


def opened(picture, width=None):
    image = Image.open(BytesIO(picture.files[width or picture.width]))
    assert image.format == "WEBP"
    return image


def is_about(colour, wanted, tolerance=12):
    return all(abs(a - b) <= tolerance for a, b in zip(colour, wanted, strict=True))


# --- What becomes of it


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_webp_in_several_widths(kind):
    picture = read_picture(uploaded(saved(front((1200, 1800)), kind)))
    assert (picture.width, picture.height) == (800, 1200)
    assert {width: opened(picture, width).size for width in picture.files} == {
        160: (160, 240),
        320: (320, 480),
        480: (480, 720),
        800: (800, 1200),
    }
    assert is_about(opened(picture, 160).getpixel((80, 120)), RED)


def test_a_picture_is_never_made_larger():
    picture = read_picture(uploaded(saved(front((400, 600)))))
    assert list(picture.files) == [160, 320, 400]


def test_the_name_of_a_file_does_not_matter():
    assert read_picture(uploaded(saved(front()), name="../../front.php")).width == 600


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_the_way_the_camera_was_held(orientation):
    upright = front((400, 600), WHITE)
    ImageDraw.Draw(upright).rectangle((0, 0, 200, 150), fill=BLUE)  # the top left corner
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = read_picture(uploaded(saved(stored, "JPEG", exif=exif)))
    assert (picture.width, picture.height) == (400, 600)
    assert is_about(opened(picture).getpixel((100, 75)), BLUE)
    assert is_about(opened(picture).getpixel((300, 500)), WHITE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_picture_is_kept(kind):
    exif = Image.Exif()
    exif[0x010E] = "secret words"
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 26.0)  # where it was taken
    options = {
        "exif": exif,
        "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    }
    if kind != "PNG":
        options["xmp"] = b"<x:xmpmeta>secret words</x:xmpmeta>"
    upload = saved(front(), kind, **options) + b"<script>secret words</script>"
    assert upload.count(b"secret words") >= 2
    for content in read_picture(uploaded(upload)).files.values():
        assert b"secret" not in content
        image = Image.open(BytesIO(content))
        image.load()
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile"} & set(image.info)


@pytest.mark.parametrize(
    ("image", "kind", "colour"),
    [
        (front(colour=120, mode="L"), "PNG", (120, 120, 120)),
        (front(colour=120 * 257, mode="I;16"), "PNG", (120, 120, 120)),
        (front(colour=1, mode="1"), "PNG", WHITE),
        (front().quantize(8), "PNG", RED),
        (front(colour=(0, 255, 255, 0), mode="CMYK"), "JPEG", (255, 0, 0)),
        (front(colour=(*RED, 0), mode="RGBA"), "PNG", WHITE),
        (front(colour=(*RED, 0), mode="RGBA"), "WEBP", WHITE),
        (front(colour=(*BLUE, 255), mode="RGBA"), "PNG", BLUE),
        (front(colour=(10, 0), mode="LA"), "PNG", WHITE),
    ],
    ids=["grey", "16 bits", "1 bit", "palette", "CMYK", "clear", "clear WebP", "opaque", "clear grey"],
)
def test_every_kind_of_colour_becomes_what_a_screen_shows(image, kind, colour):
    picture = read_picture(uploaded(saved(image, kind)))
    assert opened(picture).mode == "RGB"
    assert is_about(opened(picture).getpixel((300, 450)), colour)


def test_a_palettes_transparent_colour_is_white():
    image = front(mode="P", colour=0)
    image.putpalette([*RED, *BLUE])
    assert opened(read_picture(uploaded(saved(image, transparency=0)))).getpixel((300, 450)) == WHITE


def test_colours_are_read_by_the_pictures_own_profile():
    """The profile here says that the first number is blue, not red."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    turned = srgb.replace(b"rXYZ", b"?", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"?", b"bXYZ", 1)
    picture = read_picture(uploaded(saved(front(colour=(255, 0, 0)), "JPEG", icc_profile=turned)))
    assert is_about(opened(picture).getpixel((300, 450)), (0, 0, 255))


def test_a_profile_that_is_of_no_use_is_left_aside():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (lab, b"no profile at all" * 20):
        picture = read_picture(uploaded(saved(front(), "JPEG", icc_profile=profile)))
        assert is_about(opened(picture).getpixel((300, 450)), RED)


def test_of_a_cameras_double_picture_the_first_is_taken():
    double = saved(front(), "MPO", save_all=True, append_images=[front(colour=BLUE)])
    assert Image.open(BytesIO(double)).format == "MPO"
    assert is_about(opened(read_picture(uploaded(double, "front.jpg"))).getpixel((300, 450)), RED)


# --- What is refused


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(width, height, *chunks):
    """A PNG that promises so many pixels in a few bytes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(chunks) + chunk(b"IEND", b"")


def animated(kind):
    return saved(front(), kind, save_all=True, append_images=[front(colour=BLUE)], duration=100)


REFUSED = {
    "gif": (lambda: saved(front(), "GIF"), "JPEG, PNG or WebP"),
    "tiff": (lambda: saved(front(), "TIFF"), "JPEG, PNG or WebP"),
    "bmp": (lambda: saved(front(), "BMP"), "JPEG, PNG or WebP"),
    "pdf": (lambda: saved(front(), "PDF"), "JPEG, PNG or WebP"),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "JPEG, PNG or WebP"),
    "html": (lambda: b"<!doctype html><script>alert(1)</script>", "JPEG, PNG or WebP"),
    "postscript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 600 900\n", "JPEG, PNG or WebP"),
    "a word": (lambda: b"x", "JPEG, PNG or WebP"),
    "nothing but a head": (lambda: b"\x89PNG\r\n\x1a\n", "JPEG, PNG or WebP"),
    "heavy": (lambda: saved(front()) + b"\0" * MOST_BYTES, "larger than 10 MB"),
    "small": (lambda: saved(front((199, 300))), "less than 200 pixels"),
    "flat": (lambda: saved(front((900, 120))), "less than 200 pixels"),
    "narrow": (lambda: saved(front((200, 601))), "shape of a cover"),
    "huge": (lambda: saved(front((4000, 4001))), "16 million pixels"),
    "bomb": (lambda: png_of(60_000, 60_000), "16 million pixels"),
    "half a bomb": (lambda: png_of(10_000, 10_000), "16 million pixels"),
    "no pixels": (lambda: png_of(600, 900), "damaged"),
    "text bomb": (
        lambda: png_of(600, 900, chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 70_000_000))),
        "damaged",
    ),
    "garbage in it": (lambda: png_of(600, 900, chunk(b"IDAT", b"\xff" * 500)), "damaged"),
    "cut off JPEG": (lambda: saved(front(), "JPEG")[:-200], "damaged"),
    "cut off PNG": (lambda: saved(Image.effect_noise((600, 900), 90))[:-20_000], "damaged"),
    "cut off WebP": (lambda: saved(front(), "WEBP")[:-40], "damaged|JPEG, PNG or WebP"),
    "moving PNG": (lambda: animated("PNG"), "moves"),
    "moving WebP": (lambda: animated("WEBP"), "moves"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_cover_is_refused_with_a_reason(what):
    content, problem = REFUSED[what]
    with pytest.raises(ValidationError, match=problem):
        read_picture(uploaded(content()))
