"""The commands of the twinstack console script."""
