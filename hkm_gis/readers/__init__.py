"""A file from the field → features, read by what its bytes prove."""
