"""Pictures made without a library: a canvas, letters, PNG.

canvas = Canvas(640, 360)
canvas.text(10, 10, "In sync", 2, (255, 255, 255))
write_png(path, canvas.pixels())
"""

from .canvas import Canvas, Colour, Pixels
from .letters import LINE, text_width
from .png import png_bytes, write_png

__all__ = ["LINE", "Canvas", "Colour", "Pixels", "png_bytes", "text_width", "write_png"]
