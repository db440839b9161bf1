"""Keys on curves: where they lie, what was changed by hand gathered, what was performed laid, in one go."""
