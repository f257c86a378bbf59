"""The business that the stand-ins serve: the same each time, odd on purpose, and true to itself when it changes."""

from collections import Counter
from decimal import Decimal

import pytest

from evals.standins.vendors.kit.wire import digits_of
from evals.standins.vendors.world import build_world, truth
from evals.standins.vendors.world.things import Customer, Payment
from evals.standins.vendors.world.truth import TRUTHS


def test_the_same_seed_builds_the_same_business_and_another_another() -> None:
    first, second, other = build_world(), build_world(), build_world(seed=1)
    assert first.journal == second.journal
    assert [order.total for order in first.orders] != [order.total for order in other.orders]
    assert all(truth(first, name) == truth(second, name) for name in TRUTHS)


def test_the_odd_cases_are_in_it() -> None:
    world = build_world()
    names = "".join(customer.name for customer in world.customers)
    assert all(odd in names for odd in ("🎉", "ü", "Ñ".lower(), "田", "ن", "\x1f", "\x0b"))
    assert "\x00" not in names
    assert {order.currency for order in world.orders} == {"EUR", "USD", "JPY", "KWD"}
    assert any(not order.total for order in world.orders)
    assert any(order.customer is None for order in world.orders)
    assert any(line.quantity % 1 for order in world.orders for line in order.lines)
    assert any(line.discount == line.gross > 0 for order in world.orders for line in order.lines)
    fine = [line.net for order in world.orders if order.currency == "KWD" for line in order.lines]
    assert any(net.scaleb(2) % 1 for net in fine)
    assert len(world.every(Customer)) > len(world.customers)
    assert any(payment.status == "failed" for payment in world.payments)
    assert any(deal.amount is None for deal in world.deals)
    assert any(deal.currency is None for deal in world.deals)
    assert max(Counter(customer.updated_at for customer in world.customers).values()) > 1
    refunded = Counter(refund.order for refund in world.refunds)
    whole = [refund for refund in world.refunds if refund.shipping]
    assert refunded
    assert 0 < len(whole) < len(world.refunds)


def test_no_amount_is_finer_than_its_currency() -> None:
    world = build_world()
    amounts = [
        (amount, line.currency)
        for paper in (*world.orders, *world.invoices, *world.bills, *world.credits)
        for line in paper.lines
        for amount in (line.unit_price, line.gross, line.discount, line.net, line.tax)
    ]
    amounts += [(payment.fee, payment.currency) for payment in world.payments]
    amounts += [(part, refund.currency) for refund in world.refunds for part in (refund.net, refund.tax)]
    assert all(amount == round(amount, digits_of(currency)) for amount, currency in amounts)


def test_payouts_come_to_the_payments_less_fees_and_refunds() -> None:
    world = build_world()
    for payout in world.payouts:
        payments = [world.get(Payment, number) for number in payout.payments]
        moved = sum((payment.amount - payment.fee for payment in payments), Decimal(0))
        back = sum((refund.total for refund in world.refunds if refund.number in payout.refunds), Decimal(0))
        assert payout.amount == moved - back


def test_a_change_is_stamped_and_remembers_what_was_before() -> None:
    world = build_world()
    customer = world.customers[0]
    former = customer.email
    world.clock.advance(5)
    world.change(customer, email="new@mail.example")
    entry = world.journal[-1]
    assert (entry.action, entry.before, entry.at) == ("updated", {"email": former}, world.clock.now())
    assert customer.updated_at == world.clock.now()
    world.change(customer, email="newer@mail.example")
    assert isinstance(entry.thing, Customer)
    assert entry.thing.email == "new@mail.example"
    with pytest.raises(AttributeError):
        world.change(customer, nothing=1)


def test_what_is_deleted_leaves_the_lists_and_the_truth_but_can_be_found() -> None:
    world = build_world()
    before = truth(world, "stripe").counts["customers"]
    customer = world.customers[0]
    world.delete(customer)
    assert customer not in world.customers
    assert world.get(Customer, customer.number) is customer
    assert truth(world, "stripe").counts["customers"] == before - 1
    assert [change.action for change in world.journal[-1:]] == ["deleted"]


def test_the_journal_is_in_the_order_of_time() -> None:
    journal = build_world().journal
    assert [change.at for change in journal] == sorted(change.at for change in journal)
    assert [change.sequence for change in journal] == list(range(1, len(journal) + 1))


def test_an_empty_business_can_be_built() -> None:
    world = build_world(customers=0, orders=0)
    assert (world.customers, world.orders, world.mails) == ([], [], [])
    assert truth(world, "square").money == {}
