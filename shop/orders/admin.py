"""Orders in the admin."""
