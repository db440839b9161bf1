"""How long sounds must be visible, how many shapes a medium bears, and what a shot had to give up for it."""
