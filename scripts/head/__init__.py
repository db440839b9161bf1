"""The demo head: a stylised character made by a script, with every ARKit shape.

Pure NumPy makes the geometry (`geometry.parts`), `build` alone touches Blender.
"""
