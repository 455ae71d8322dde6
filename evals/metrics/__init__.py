"""The metrics: plain functions of plain values, one file a family, each with its definition and source."""
