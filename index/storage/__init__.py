"""The index on disk: generations, records, arrays and caches."""
