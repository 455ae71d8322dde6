"""The reports of a run: terminal, JSON, JUnit XML and one self-contained HTML page."""
