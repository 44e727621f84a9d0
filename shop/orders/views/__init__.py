"""The pages of checking out, and those of orders."""
