"""The project's book of checks: one SQLite file, one row a check, kept over time and compared across shots."""
