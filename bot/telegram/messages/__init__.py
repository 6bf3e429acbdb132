"""What messages show, as text, keyboards and buttons."""
