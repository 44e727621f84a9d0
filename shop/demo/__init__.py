"""A shop to try: real books, invented people, and eighteen months of what might have happened."""
