"""Stored results: what a suite came to when somebody last agreed to it, and what new cases came to the first time."""
