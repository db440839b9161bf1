"""Listening live: sound as it comes, a mouth a tenth of a second later, and the line over which a face hears it."""
