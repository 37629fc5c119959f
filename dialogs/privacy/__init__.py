"""What must not be in free text: marks by which a client could be identified."""
