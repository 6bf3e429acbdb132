"""Questions that rows of a timetable answer."""
