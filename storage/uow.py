"""Units of work: one per request, tool call or job step. The only place that commits."""
