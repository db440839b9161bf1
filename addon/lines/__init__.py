"""The lines of a face: what each keeps in the .blend, and how it is heard, performed and written."""
