"""Files as a source: what a file is, and its rows as a stream in bounded memory. Knows nothing of trade."""
