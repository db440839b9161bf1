"""The acting of a line: what the artist decided, tied to speech; two takes matched; items placed in a take."""
