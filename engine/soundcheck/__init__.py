"""What is wrong with a recording before anybody hears it: level, noise, bandwidth, echo, music, in plain sentences."""
