"""Building the index: what changed is read and indexed, the rest is reused."""
