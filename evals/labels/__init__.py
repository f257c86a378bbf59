"""Questions as owners ask them, each with the reading that its writer meant: many more than anybody could give figures for."""
