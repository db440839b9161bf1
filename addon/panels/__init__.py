"""What the artist sees and presses: panels, lists, operators."""
