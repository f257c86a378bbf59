"""Stripe's identifiers: a prefix for the kind, then letters and digits (vendor-facts §2 [V])."""

from evals.standins.vendors.kit.wire import identifier


def ident(prefix: str, key: object) -> str:
    """`cus_9s6XKzkNRiz8i3`: the same for the same thing."""
    return f"{prefix}_{identifier('stripe', prefix, key, length=24 if prefix in {'ch', 're', 'txn', 'pi'} else 14)}"
