"""PDF files: letters, lines, ruled tables."""
