"""One step a module, each frozen as it was released."""
