"""Text encoders, and the vectors of passages and words."""
