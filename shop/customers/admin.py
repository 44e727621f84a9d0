"""The room in the admin."""
