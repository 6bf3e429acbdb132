"""Tables and timetables, taken apart into cells with roles."""
