"""Words that every room shares: errors, actors, clocks, ids, money. Standard library and pydantic only."""
