"""Covers."""

COVER_VERSION = "1"
