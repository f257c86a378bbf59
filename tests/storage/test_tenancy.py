"""No statement, however it is written, shows or changes what belongs to another tenant."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import (
    Executable,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, aliased, make_transient, make_transient_to_detached, selectinload

from storage.database import Database
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.clock import FixedClock
from storage.models.commerce import Customer, Order, Product
from storage.models.identity import Membership, RefreshToken, Tenant, User
from storage.models.operations import Task
from storage.models.predictions import PredictionTemplate
from storage.models.system import Job
from storage.scope import GuardError, Scope, SystemPurpose
from storage.statements import prepared
from storage.tenancy import TenantSession

pytestmark = pytest.mark.anyio


@pytest.fixture
async def ids(database: Database, actor: Actor, other_actor: Actor, clock: FixedClock) -> dict[str, str]:
    """A customer with one order and a task in each tenant: their ids by name."""
    found: dict[str, str] = {}
    for owner, name in ((actor, "Ada"), (other_actor, "Otto")):
        async with database.write(owner) as uow:
            customer = Customer(source_key="1", name=name)
            task = Task(title=f"Call {name}")
            uow.add(customer, task)
            await uow.flush()
            order = Order(
                source_key="1",
                customer_id=customer.id,
                ordered_at=clock.now(),
                ordered_on=date(2026, 11, 2),
                currency="EUR",
                total_micros=1_000_000,
            )
            uow.add(order)
            await uow.flush()
            found |= {name: customer.id, f"{name}'s order": order.id, f"{name}'s task": task.id}
    return found


_buyer = aliased(Customer)
_business = aliased(Tenant)
_person = aliased(User)
_named = select(Customer.name.label("name")).cte("named")
_whole = select(Customer).cte("whole")
_inner = select(Customer.name).subquery()

READS: dict[str, Executable] = {
    "an entity": select(Customer),
    "a column": select(Customer.name),
    "an alias": select(_buyer.name),
    "an aggregate": select(func.max(Customer.name)),
    "a join": select(Customer.name).join(Order, Order.customer_id == Customer.id),
    "a join to the other side": select(Customer.name)
    .select_from(Order)
    .join(Customer, Order.customer_id == Customer.id),
    "a self-join": select(Customer.name).join(_buyer, _buyer.source_key == Customer.source_key),
    "a self-join of tenants": select(Customer.name).join(Tenant, true()).join(_business, true()),
    "a self-join of users": select(Customer.name).join(User, true()).join(_person, true()),
    "an outer join": select(_buyer.name).select_from(Order).outerjoin(_buyer, Order.customer_id == _buyer.id),
    "a table named in a condition only": select(func.max(_buyer.name)).where(Order.customer_id == _buyer.id),
    "a cross join": select(func.max(Customer.name)).join(Order, true()),
    "a common table expression": select(_named.c.name),
    "an alias of one": select(aliased(Customer, _whole).name),
    "a subquery": select(_inner.c.name),
    "a scalar subquery": select(select(func.max(Customer.name)).scalar_subquery()),
    "a subquery in a condition": select(Customer.name).where(Customer.id.in_(select(Order.customer_id))),
    "exists": select(Customer.name).where(exists().where(Order.customer_id == Customer.id)),
    "a union": union_all(select(Customer.name), select(Customer.name).where(Customer.id.is_(None))),
    "a union inside": select(union_all(select(Customer.name), select(Customer.name)).subquery().c[0]).distinct(),
    "a window": select(func.first_value(Customer.name).over(order_by=Customer.id)).select_from(Customer),
    "a bare column beside its class": select(Customer.name).where(Customer.__table__.c.source_key == "1"),
    "a lateral": select(
        select(Customer.name).where(Customer.id == Order.customer_id).correlate(Order).scalar_subquery()
    ),
}


def _also_prepared(statements: Mapping[str, Executable]) -> dict[str, Executable]:
    return {**statements, **{f"{title}, prepared": prepared(one) for title, one in statements.items()}}


async def test_every_read_sees_its_own_tenant_alone(
    database: Database, actor: Actor, other_actor: Actor, ids: dict[str, str], subtests: pytest.Subtests
) -> None:
    for title, statement in _also_prepared(READS).items():
        with subtests.test(title):
            for owner, name in ((actor, "Ada"), (other_actor, "Otto"), (actor, "Ada")):
                async with database.read(owner) as uow:
                    rows = (await uow.session.scalars(statement)).all()
                assert [row.name if isinstance(row, Customer) else row for row in rows] == [name]


async def test_a_count_over_a_subquery_counts_own_rows(database: Database, actor: Actor, ids: dict[str, str]) -> None:
    async with database.read(actor) as uow:
        counted = select(func.count()).select_from(select(Order.id).subquery())
        assert await uow.session.scalar(counted) == 1
        assert await uow.session.scalar(select(func.count()).select_from(Order)) == 1


async def test_get_refresh_and_streams_are_filtered(database: Database, actor: Actor, ids: dict[str, str]) -> None:
    async with database.read(actor) as uow:
        assert await uow.session.get(Customer, ids["Otto"]) is None
        own = await uow.session.get_one(Customer, ids["Ada"])
        await uow.session.refresh(own)
        assert own.name == "Ada"
        assert [name async for name in await uow.session.stream_scalars(select(Customer.name))] == ["Ada"]
        legacy = await uow.session.run_sync(lambda session: session.query(Customer.name).all())
        assert legacy == [("Ada",)]


async def test_a_cached_statement_takes_the_tenant_of_the_moment(
    database: Database, actor: Actor, other_actor: Actor, ids: dict[str, str]
) -> None:
    statement = select(Customer.name).join(Order, Order.customer_id == Customer.id)
    for owner, name in [(actor, "Ada"), (other_actor, "Otto")] * 3:
        async with database.read(owner) as uow:
            assert (await uow.session.scalars(statement)).all() == [name]


async def test_a_tenant_sees_itself_and_its_members_alone(database: Database, actor: Actor, other_actor: Actor) -> None:
    async with database.read(actor) as uow:
        assert [tenant.id for tenant in await uow.session.scalars(select(Tenant))] == [actor.tenant_id]
        assert [user.id for user in await uow.session.scalars(select(User))] == [actor.user_id]
        assert (await uow.memberships.of_user(other_actor.user_id or "")) == []
        assert await uow.users.by_email("owner@rival-rugs.example") is None


def listings_of(model: type[Tenant | User]) -> dict[str, Select[str]]:
    """Ids of a class in the shapes of statement that hide it from view."""
    other = aliased(model)
    listed = select(model.id.label("id")).cte("listed")
    inner = select(model.id).subquery()
    return {
        "an alias": select(other.id),
        "a join": select(other.id).select_from(Order).join(other, true()),
        "a common table expression": select(listed.c.id),
        "an alias of one": select(aliased(model, select(model).cte("whole")).id),
        "a subquery": select(inner.c.id),
        "a scalar subquery": select(select(func.max(model.id)).scalar_subquery()),
        "a union inside": select(union_all(select(model.id), select(other.id)).subquery().c[0]).distinct(),
        "a window": select(func.first_value(model.id).over(order_by=model.id)).select_from(model),
    }


@pytest.mark.parametrize("model", [Tenant, User])
async def test_tenants_and_people_of_others_are_seen_through_no_statement(
    database: Database,
    actor: Actor,
    other_actor: Actor,
    ids: dict[str, str],
    subtests: pytest.Subtests,
    model: type[Tenant | User],
) -> None:
    own, others = ((one.tenant_id if model is Tenant else one.user_id) or "" for one in (actor, other_actor))
    for title, statement in listings_of(model).items():
        with subtests.test(title):
            async with database.read(actor) as uow:
                assert (await uow.session.scalars(statement)).all() == [own]
    asked = {
        "exists": lambda wanted: exists().where(model.id == wanted),
        "a condition": lambda wanted: Order.id.in_(select(Order.id).join(model, true()).where(model.id == wanted)),
        "a value in a subquery": lambda wanted: literal(wanted).in_(select(model.id)),
    }
    for title, condition in asked.items():
        with subtests.test(title):
            async with database.read(actor) as uow:
                assert (await uow.session.scalars(select(Order.id).where(condition(own)))).all() == [ids["Ada's order"]]
                assert (await uow.session.scalars(select(Order.id).where(condition(others)))).all() == []


_core = Customer.__table__
REFUSED: dict[str, Executable] = {
    "text": text("SELECT name FROM unified_customers"),
    "a textual select": select(Customer.name).from_statement(text("SELECT * FROM unified_customers")),
    "text as a condition": select(Order.id).where(text("1 = 1 OR EXISTS (SELECT 1 FROM unified_customers)")),
    "text as a source": select(Order.id).select_from(text("unified_customers")),
    "text as an order": select(Order.id).order_by(text("(SELECT name FROM unified_customers)")),
    "literal SQL": select(Order.id, literal_column("(SELECT max(name) FROM unified_customers)")),
    "from_statement": select(Customer).from_statement(select(Customer)),
    "a Core table": select(_core),
    "a Core column": select(_core.c.name),
    "a Core table beside a class": select(Order.id).select_from(Order, _core),
    "a Core table joined": select(Order.id).join(_core, true()),
    "a Core column in a condition": select(Order.id).where(_core.c.id == Order.customer_id),
    "a Core alias": select(Order.id).join(_core.alias("anybody"), true()),
    "a Core sample": select(Order.id).join(_core.tablesample(50), true()),
    "a Core lateral": select(Order.id).join(select(_core.c.name).lateral(), true()),
    "a Core subquery": select(Order.id).where(Order.customer_id.in_(select(_core.c.id))),
    "a Core subquery of the class beside it": select(Customer.id, select(func.max(_core.c.name)).scalar_subquery()),
    "a Core common table expression": select(Order.id, select(_core.c.name).cte("c").c.name),
    "a Core table of the class beside it": select(
        Customer.id, select(func.count()).select_from(_core).scalar_subquery()
    ),
    "a Core exists": select(Customer.id).where(exists(select(_core.c.id).where(_core.c.name == "Otto"))),
    "a bare column beside an alias of its class": select(_buyer.name).where(_core.c.name == "Otto"),
    "a window without a source": select(func.first_value(Customer.name).over(order_by=Customer.id)),
    "a Core union": union_all(select(Customer.name), select(_core.c.name)),
    "secrets of people": select(RefreshToken.token_hash),
    "secrets of people in a condition": select(User.id).where(User.id.in_(select(RefreshToken.user_id))),
}


async def test_what_cannot_be_given_the_tenants_criteria_is_refused(
    database: Database, actor: Actor, subtests: pytest.Subtests
) -> None:
    for title, statement in _also_prepared(REFUSED).items():
        with subtests.test(title):
            async with database.read(actor) as uow:
                for _ in range(2):
                    with pytest.raises(GuardError):
                        await uow.session.execute(statement)


RAW: dict[str, Callable[[Session], Any]] = {
    "connection": lambda session: session.connection(),
    "bulk_save_objects": lambda session: session.bulk_save_objects([Job(kind="x", tenant_id="other")]),
    "bulk_insert_mappings": lambda session: session.bulk_insert_mappings(Job, [{"kind": "x"}]),  # type: ignore[arg-type]
    "bulk_update_mappings": lambda session: session.bulk_update_mappings(Job, [{"id": "x"}]),  # type: ignore[arg-type]
}


async def test_ways_around_the_session_are_closed(database: Database, actor: Actor, subtests: pytest.Subtests) -> None:
    for title, call in RAW.items():
        with subtests.test(title):
            async with database.write(actor) as uow:
                with pytest.raises(GuardError):
                    await uow.session.run_sync(call)


async def test_a_session_without_a_tenant_cannot_be_had(database: Database, clock: FixedClock) -> None:
    nobody = Actor(tenant_id="", user_id=None, role=Role.OWNER, surface=Surface.REST)
    with pytest.raises(GuardError):
        database.read(nobody)
    with pytest.raises(GuardError):
        Scope(clock=clock)
    with pytest.raises(TypeError):
        TenantSession(None)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        AsyncSession(sync_session_class=TenantSession.sync_session_class).sync_session.execute(select(Customer))


async def test_new_rows_are_stamped(database: Database, actor: Actor, clock: FixedClock) -> None:
    async with database.write(actor) as uow:
        task = Task(title="Count the stock")
        uow.add(task)
        await uow.flush()
        assert (task.tenant_id, task.created_at, task.updated_at) == (actor.tenant_id, clock.now(), clock.now())
        await uow.bulk_insert(Job, [{"kind": "sync"}, {"kind": "scan", "message": "soon"}])
    async with database.read(actor) as uow:
        jobs = (await uow.session.scalars(select(Job).order_by(Job.kind))).all()
    assert [(job.kind, job.message, job.tenant_id, job.created_at, job.arguments) for job in jobs] == [
        ("scan", "soon", actor.tenant_id, clock.now(), {}),
        ("sync", None, actor.tenant_id, clock.now(), {}),
    ]


async def test_rows_of_another_tenant_are_not_written(
    database: Database, actor: Actor, other_tenant: str, ids: dict[str, str]
) -> None:
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            uow.add(Task(title="Theirs", tenant_id=other_tenant))
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            await uow.bulk_insert(Job, [{"kind": "sync", "tenant_id": other_tenant}])
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            await uow.session.insert(Job(kind="sync", tenant_id=other_tenant))
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            await uow.session.insert(Task(title="Unheard of"))
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            (await uow.session.get_one(Task, ids["Ada's task"])).tenant_id = other_tenant


def bulk_writes(own_id: str, other_tenant: str) -> dict[str, tuple[Executable, Any]]:
    """Statements with their parameters."""
    copied = select(Product.id, Product.source_key)
    return {
        "an update by key": (update(Customer), [{"id": own_id, "name": "Mine"}]),
        "an update past the ORM": (update(Customer).execution_options(dml_strategy="core_only"), {"name": "Mine"}),
        "an update of a Core table": (update(_core).values(name="Mine"), None),
        "a delete from a Core table": (delete(_core), None),
        "an update that moves rows": (update(Customer).values(tenant_id=other_tenant), None),
        "an update that moves rows by attribute": (update(Customer).values({Customer.tenant_id: other_tenant}), None),
        "an update that moves rows by parameter": (update(Customer), {"tenant_id": other_tenant}),
        "an insert": (insert(Customer).values(source_key="2", tenant_id=other_tenant), None),
        "an insert of many": (insert(Customer), [{"source_key": "2", "tenant_id": other_tenant}]),
        "an insert from a select": (insert(Customer).from_select(["id", "source_key"], copied), None),
        "an update of what is audited row by row": (update(Task).values(title="Mine"), None),
    }


async def test_bulk_writes_past_the_criteria_are_refused(
    database: Database, actor: Actor, other_tenant: str, ids: dict[str, str], subtests: pytest.Subtests
) -> None:
    for title, (statement, parameters) in bulk_writes(ids["Ada"], other_tenant).items():
        for said in (statement, prepared(statement)):
            with subtests.test(title, prepared=said is not statement):
                async with database.write(actor) as uow:
                    with pytest.raises(GuardError):
                        await uow.session.execute(said, parameters)


async def test_bulk_updates_and_deletes_touch_own_rows_alone(
    database: Database, actor: Actor, other_actor: Actor, ids: dict[str, str], clock: FixedClock
) -> None:
    async with database.write(actor) as uow:
        await uow.session.execute(update(Order).values(status="pending"))
        await uow.session.execute(update(Order).values(channel="web").where(Order.customer_id.in_(select(Customer.id))))
        await uow.session.execute(delete(Customer).where(Customer.id == ids["Otto"]))
        by_parameter = prepared(update(Order).where(Order.source_key == bindparam("key")))
        await uow.session.execute(by_parameter, {"key": "1", "number": "A-1"})
    async with database.read(actor) as uow:
        own = (await uow.session.scalars(select(Order))).one()
        assert (own.status, own.channel, own.number) == ("pending", "web", "A-1")
    async with database.read(other_actor) as uow:
        other = (await uow.session.scalars(select(Order))).one()
        assert (other.status, other.channel, other.number) == ("completed", None, None)
        assert (await uow.session.scalars(select(Customer.name))).all() == ["Otto"]


async def test_a_subquery_of_an_update_sees_own_rows_alone(
    database: Database, actor: Actor, ids: dict[str, str]
) -> None:
    names = select(func.group_concat(Customer.name) if _is_embedded(database) else func.string_agg(Customer.name, ","))
    async with database.write(actor) as uow:
        await uow.session.execute(
            update(Order).values(number=names.scalar_subquery()).execution_options(synchronize_session=False)
        )
        assert await uow.session.scalar(select(Order.number)) == "Ada"


async def test_objects_of_other_sessions_are_refused(
    database: Database, actor: Actor, other_actor: Actor, ids: dict[str, str]
) -> None:
    async with database.read(other_actor) as uow:
        theirs = await uow.session.get_one(Task, ids["Otto's task"])
    with pytest.raises(GuardError):  # noqa: PT012 - the end of the unit is what raises
        async with database.write(actor) as uow:
            theirs.title = "Mine"
            uow.add(theirs)
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            await uow.delete(theirs)
    with pytest.raises(GuardError):  # noqa: PT012 - the end of the unit is what raises
        async with database.write(actor) as uow:
            await uow.session.merge(theirs)
            await uow.flush()
    forged = Task(id=ids["Otto's task"], tenant_id=actor.tenant_id, title="Mine")
    make_transient_to_detached(forged)
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            uow.add(forged)
    make_transient(theirs)
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            uow.add(theirs)
    async with database.read(other_actor) as uow:
        assert (await uow.session.get_one(Task, ids["Otto's task"])).title == "Call Otto"


async def test_a_tenant_changes_neither_other_tenants_nor_other_peoples_accounts(
    database: Database, actor: Actor, other_actor: Actor
) -> None:
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            uow.add(Tenant(name="Another", modules=[]))
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            uow.add(User(email="new@example.com", password_hash="x"))
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            uow.add(RefreshToken(user_id=actor.user_id, family_id="f", token_hash="h", expires_at=uow.clock.now()))
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            await uow.session.execute(update(Tenant).values(name="All mine"))
    async with database.system(SystemPurpose.REGISTRATION) as uow:
        colleague = User(email="colleague@example.com", password_hash="x")
        uow.add(colleague)
        await uow.flush()
        uow.add(Membership(tenant_id=actor.tenant_id, user_id=colleague.id, role=Role.VIEWER.value))
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            (await uow.users.get(colleague.id)).password_hash = "known"
    async with database.write(actor) as uow:
        (await uow.users.get(actor.user_id or "")).name = "Ada L."
        (await uow.tenants.current()).name = "Renamed"
    async with database.read(other_actor) as uow:
        assert (await uow.tenants.current()).name == "Rival Rugs"


async def test_a_read_unit_writes_nothing(database: Database, actor: Actor, ids: dict[str, str]) -> None:
    with pytest.raises(GuardError):  # noqa: PT012 - the end of the unit is what raises
        async with database.read(actor) as uow:
            uow.session.add(Task(title="Sneaked in"))
            await uow.session.flush()
    with pytest.raises(GuardError):
        async with database.read(actor) as uow:
            await uow.session.execute(update(Order).values(status="pending"))
    with pytest.raises(GuardError):
        async with database.read(actor) as uow:
            await uow.session.bulk_insert(Job, [{"kind": "sync"}])
    async with database.read(actor) as uow:
        (await uow.session.get_one(Task, ids["Ada's task"])).title = "Changed"
    async with database.read(actor) as uow:
        assert (await uow.session.get_one(Task, ids["Ada's task"])).title == "Call Ada"


async def test_shared_templates_are_read_by_all_and_written_by_none(database: Database, actor: Actor) -> None:
    template = {"slug": "s", "industry": "retail", "category": "demand", "name": "n", "description": "d"}
    async with database.system(SystemPurpose.MAINTENANCE) as uow:
        uow.add(PredictionTemplate(**template, definition={}))
    async with database.read(actor) as uow:
        assert (await uow.session.scalars(select(PredictionTemplate.slug))).all() == ["s"]
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            uow.add(PredictionTemplate(**template | {"slug": "t"}, definition={}))
    with pytest.raises(GuardError):
        async with database.write(actor) as uow:
            (await uow.session.scalars(select(PredictionTemplate))).one().name = "Mine"


async def test_a_system_unit_sees_all_tenants_and_is_held_to_mapped_classes_too(
    database: Database, actor: Actor, ids: dict[str, str]
) -> None:
    async with database.system(SystemPurpose.SCHEDULER) as uow:
        assert set(await uow.session.scalars(select(Customer.name))) == {"Ada", "Otto"}
        with pytest.raises(GuardError):
            await uow.session.execute(text("SELECT 1"))
    with pytest.raises(GuardError):
        async with database.system(SystemPurpose.SCHEDULER) as uow:
            uow.add(Task(title="Whose?"))


async def test_eager_loading_options_change_nothing(database: Database, actor: Actor) -> None:
    """There are no relationships to load through: an option that names one cannot even be written."""
    with pytest.raises(AttributeError):
        select(Customer).options(selectinload(Customer.orders))  # type: ignore[attr-defined]


def _is_embedded(database: Database) -> bool:
    return database.config.embedded_path is not None
