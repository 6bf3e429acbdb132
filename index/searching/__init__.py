"""An open index: ranked passages for a question's concepts."""
