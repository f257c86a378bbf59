"""What the vendors' stand-ins share: the server, the virtual clock, tokens, faults, limits, webhooks."""
