"""Sound: reading, resampling, and what is measured on it."""
