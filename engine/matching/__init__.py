"""Two takes matched: which sound of one stands for which of the other, phrase by phrase, and how time maps."""
