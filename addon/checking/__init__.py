"""The scene as it will be seen and heard, checked: what is shown of a face, what is played of its sound."""
