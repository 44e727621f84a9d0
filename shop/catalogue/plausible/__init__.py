"""A catalogue of plausible books, as many as wanted, to try the shop with at the size of a chain.

vocabulary.py   what titles, names and texts are made of
subjects.py     a tree of three hundred subjects
drawing.py      chance: one work after another, with its editions
filling.py      into the database, a batch at a time
"""
