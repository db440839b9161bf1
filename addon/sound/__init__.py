"""Sound in Blender: files read through it, strips in the sequencer."""
