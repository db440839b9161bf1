"""Whether a mouth is with its sound: what is seen of it compared with what is heard, measured, judged, explained."""
