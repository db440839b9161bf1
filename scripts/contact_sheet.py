"""Pictures side by side, each with a line of text under it.

Pillow is used here and nowhere else: Blender's own text drawing needs a screen, and Pillow reads the fonts that
Blender brings, which know the letters of the IPA.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

MARGIN, STRIP = 8, 30  # pixels
PAPER, INK, FAINT = "#F3F1EC", "#22262B", "#7A828C"


def draw(
    path: Path, cells: Sequence[tuple[Path, str, str]], columns: int, fonts: Sequence[Path], size: int = 260
) -> None:
    """Write the sheet to `path`: for each cell a picture, its phone and a faint remark (the time), row by row.

    `fonts` are tried in order; pictures are scaled to `size` pixels.
    """
    rows = -(-len(cells) // columns)
    width, height = columns * (size + MARGIN) + MARGIN, rows * (size + STRIP + MARGIN) + MARGIN
    sheet = Image.new("RGB", (width, height), PAPER)
    pen, large, small = ImageDraw.Draw(sheet), _font(fonts, 20), _font(fonts, 14)
    for number, (picture, phone, remark) in enumerate(cells):
        x = MARGIN + number % columns * (size + MARGIN)
        y = MARGIN + number // columns * (size + STRIP + MARGIN)
        with Image.open(picture) as image:
            sheet.paste(image.convert("RGB").resize((size, size), Image.Resampling.LANCZOS), (x, y))
        pen.text((x + 6, y + size + STRIP / 2), phone, INK, font=large, anchor="lm")
        pen.text((x + size - 6, y + size + STRIP / 2), remark, FAINT, font=small, anchor="rm")
    aside = path.with_suffix(".part.png")
    sheet.save(aside)
    aside.replace(path)


def _font(fonts: Sequence[Path], size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for path in fonts:
        try:
            return ImageFont.truetype(str(path), size)
        except OSError:
            continue
    return ImageFont.load_default(size)
