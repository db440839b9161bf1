"""Who speaks: the meshes and the rig of a character."""
