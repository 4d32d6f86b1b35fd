"""Pack × snapshot × period → verdicts with reasons. Decides purely: the same bytes in, the same out."""
