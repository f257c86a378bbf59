"""Databases of other fields than a shop's, made up with a seed, and plain questions about them with their figures."""
