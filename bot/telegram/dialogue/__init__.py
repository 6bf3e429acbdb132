"""What an update leads to."""
