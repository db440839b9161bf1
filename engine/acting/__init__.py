"""Emphasis, emotions, gestures and pins made visible: acting -> face curves."""
