"""Timed phones from elsewhere, read and written."""
