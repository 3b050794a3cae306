"""A drawn signature as it comes from a browser: nothing but a small PNG of a few strokes is taken, and it is drawn anew."""

import base64
import binascii
import io

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from tingsu.kernel.errors import InvalidValue

PREFIX = "data:image/png;base64,"
LIMIT = 600_000
"""Signs of the data address: a drawing of a large screen takes a tenth of it."""
WIDEST, HIGHEST = 4000, 2000
"""Dots of what is sent."""
KEPT = (900, 300)
"""Dots of what is kept: as sharp as a printer shows it."""
LEAST_INK = 60
"""Dark dots below which nobody has signed: a tap, a slip of the finger."""


class NoDrawing(InvalidValue):
    """Not a drawing that can be kept, with a sentence that says what to do."""

    sentence = _("The drawing did not arrive as a picture. Draw it again, or type your name instead.")


class NothingDrawn(NoDrawing):
    sentence = _("Nothing is drawn yet. Sign in the field, or type your name instead.")


class DrawingTooLarge(NoDrawing):
    sentence = _("This drawing is too large to be kept. Draw it again in the field, or type your name instead.")


def read_ink(sent: str) -> bytes:
    """The strokes in black on white, cut to their size, as PNG without anything else in it.

    Raises NoDrawing, NothingDrawn, DrawingTooLarge.
    """
    if not sent:
        raise NothingDrawn
    if len(sent) > LIMIT:
        raise DrawingTooLarge
    if not sent.startswith(PREFIX):
        raise NoDrawing
    try:
        content = base64.b64decode(sent.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as broken:
        raise NoDrawing from broken
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            if picture.width > WIDEST or picture.height > HIGHEST:
                raise DrawingTooLarge
            if getattr(picture, "n_frames", 1) != 1:
                raise NoDrawing
            drawn = picture.convert("RGBA")
    except NoDrawing:
        raise
    except Exception as broken:
        # Whatever such bytes do to the reader of pictures: they are somebody else's, and no signature.
        raise NoDrawing from broken
    return _strokes(drawn)


def _strokes(drawn: Image.Image) -> bytes:
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    grey = paper.convert("L")
    dark = grey.point(lambda value: 255 if value < 128 else 0)
    box = dark.getbbox()
    count = dark.histogram()[255]
    if box is None or count < LEAST_INK:
        raise NothingDrawn
    if count > grey.width * grey.height // 2:
        raise NoDrawing  # a field that is mostly black is no writing
    cut = ImageOps.expand(grey.crop(box), border=8, fill=255)
    cut.thumbnail(KEPT)
    out = io.BytesIO()
    cut.save(out, "PNG", optimize=True)
    return out.getvalue()
