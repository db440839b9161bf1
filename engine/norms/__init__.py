"""How a reading's rate, pauses and sounds stand to what is usual in its language. Shown, never a gate."""
