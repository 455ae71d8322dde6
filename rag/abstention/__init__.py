"""Whether the library can answer, what it leaves out, and what a question takes for granted wrongly."""
