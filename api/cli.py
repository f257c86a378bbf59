"""The `smb` command. Each command imports what it needs when it runs: help answers at once."""

from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="smb",
    help="Ask a shop's data, and get an answer that says where it comes from.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
tenants = typer.Typer(help="Businesses.", no_args_is_help=True)
users = typer.Typer(help="People.", no_args_is_help=True)
db = typer.Typer(help="The store.", no_args_is_help=True)
rates = typer.Typer(help="Exchange rates.", no_args_is_help=True)
connectors = typer.Typer(help="Vendors' data.", no_args_is_help=True)
lineage = typer.Typer(help="Where data comes from.", no_args_is_help=True)
app.add_typer(tenants, name="tenants")
app.add_typer(users, name="users")
app.add_typer(db, name="db")
app.add_typer(rates, name="rates")
app.add_typer(connectors, name="connectors")
app.add_typer(lineage, name="lineage")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
TenantName = Annotated[str, typer.Option("--tenant", help="The tenant's id or name.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Answer as if this day were today.")]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (SMB_HOST, 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (SMB_PORT, 8000); 0 takes a free one.")] = None,
    demo: Annotated[
        bool, typer.Option("--demo/--no-demo", help="Fill an empty embedded store with a demo shop.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Migrate the store and serve the API, the chat page and MCP."""
    from api.cli_serve import serve as run

    _run(run(host, port, demo=demo, as_json=as_json), as_json)


@tenants.command("create")
def tenants_create(  # noqa: PLR0917 - typer reads options from a plain signature
    name: str,
    email: Annotated[str, typer.Option(help="The owner's e-mail address.")],
    password: Annotated[str, typer.Option(help="The owner's password.", prompt=True, hide_input=True)],
    currency: Annotated[str | None, typer.Option(help="ISO 4217 code.")] = None,
    timezone: Annotated[str | None, typer.Option(help="IANA time zone; UTC by default.")] = None,
    country: Annotated[str | None, typer.Option(help="ISO 3166 code.")] = None,
    week_start: Annotated[str | None, typer.Option(help="Monday … Sunday, or 1 … 7.")] = None,
    fiscal_start: Annotated[str | None, typer.Option(help="Month that the fiscal year begins with: 1 … 12.")] = None,
    clock: Annotated[str | None, typer.Option(help='"today", or "latest_data": the last day with data.')] = None,
    as_json: Json = False,
) -> None:
    """Create a business and its owner."""
    from api.cli_accounts import create_tenant

    given = {
        "currency": currency,
        "timezone": timezone,
        "country": country,
        "week_start": week_start,
        "fiscal_year_start": fiscal_start,
        "clock": clock,
    }
    _run(create_tenant(name, email, password, given, as_json=as_json), as_json)


@tenants.command("list")
def tenants_list(as_json: Json = False) -> None:
    """All businesses of this installation."""
    from api.cli_accounts import list_tenants

    _run(list_tenants(as_json=as_json), as_json)


@app.command()
def token(
    tenant: TenantName,
    email: Annotated[str | None, typer.Option(help="The member to act as; the first owner by default.")] = None,
    as_json: Json = False,
) -> None:
    """An access token for a member of a tenant, for scripts on this machine."""
    from api.cli_accounts import print_token

    _run(print_token(tenant, email, as_json=as_json), as_json)


@users.command("reset-password")
def reset_password(
    email: str,
    password: Annotated[
        str, typer.Option(help="The new password.", prompt=True, hide_input=True, confirmation_prompt=True)
    ],
    as_json: Json = False,
) -> None:
    """Set somebody's password, and sign them out everywhere."""
    from api.cli_accounts import set_password

    _run(set_password(email, password, as_json=as_json), as_json)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, TSV, XLSX or JSONL.")],
    tenant: TenantName,
    mapping: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="An edited mapping, as JSON.")
    ] = None,
    profile: Annotated[bool, typer.Option("--profile", help="Show what was detected and import nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Import a file. Without a mapping the detected one is used."""
    from api.cli_import import import_file

    _run(import_file(file, tenant, mapping, profile_only=profile, as_json=as_json), as_json)


@app.command()
def ask(
    question: str,
    tenant: TenantName,
    as_of: AsOf = None,
    thread: Annotated[str | None, typer.Option(help="Continue this conversation.")] = None,
    as_json: Json = False,
) -> None:
    """Ask in the chat, and see the answer as it is made."""
    from api.cli_ask import ask as run

    _run(run(question, tenant, as_of=as_of, thread=thread, as_json=as_json), as_json)


@app.command()
def query(
    tenant: TenantName,
    question: Annotated[str | None, typer.Argument()] = None,
    as_of: AsOf = None,
    batch: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, allow_dash=True, help="Questions as JSON lines.")
    ] = None,
    *,
    source: Annotated[str | None, typer.Option(help="Ask this data source, by name or id.")] = None,
    as_json: Json = False,
) -> None:
    """One answer, or one for each line of {"id", "question", "as_of", "conversation_id"}."""
    from api.cli_query import query as one
    from api.cli_query import query_batch

    if (question is None) == (batch is None):
        raise typer.BadParameter("give a question, or --batch FILE")
    asked = (
        query_batch(batch, tenant, source=source)
        if batch
        else one(question or "", tenant, as_of=as_of, source=source, as_json=as_json)
    )
    _run(asked, as_json)


@app.command("eval")
def eval_(
    suite: Annotated[str | None, typer.Argument(help="One suite; all by default; or “labelled”.")] = None,
    model: Annotated[str | None, typer.Option(help="The model to evaluate; SMB_MODEL by default.")] = None,
    junit: Annotated[Path | None, typer.Option(dir_okay=False, help="Write a JUnit report.")] = None,
    save_baseline: Annotated[bool, typer.Option(help="Hold later runs against this one.")] = False,
    as_json: Json = False,
) -> None:
    """Run evaluation suites through the API, and compare them with the stored baseline."""
    from api.cli_eval import ask_labelled, evaluate

    if suite == "labelled":
        _run(ask_labelled(model), as_json)
        return
    _run(evaluate(suite, model, junit=junit, save_baseline=save_baseline, as_json=as_json), as_json)


@db.command("upgrade")
def db_upgrade(as_json: Json = False) -> None:
    """Migrate the store; an embedded one is backed up first."""
    from api.cli_store import upgrade_store

    _run(upgrade_store(as_json=as_json), as_json)


@db.command("reseal")
def db_reseal(as_json: Json = False) -> None:
    """Seal others' credentials anew with SMB_SECRET_KEY; then SMB_PREVIOUS_SECRET_KEYS can go."""
    from api.cli_store import reseal_secrets

    _run(reseal_secrets(as_json=as_json), as_json)


@rates.command("import")
def rates_import(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, or the ZIP of it.")],
    as_json: Json = False,
) -> None:
    """Take in the ECB's reference rates (eurofxref-hist.csv): for all businesses, in the place of those of the same days."""
    from api.cli_store import import_rates

    _run(import_rates(file, as_json=as_json), as_json)


@connectors.command("list")
def connectors_list(
    tenant: Annotated[str | None, typer.Option("--tenant", help="The tenant's id or name; all without.")] = None,
    as_json: Json = False,
) -> None:
    """List the accounts that are connected, and what their vendors tell by themselves: since when, until when, and why not."""
    from api.cli_connectors import list_connections

    _run(list_connections(tenant, as_json=as_json), as_json)


@connectors.command("map")
def connectors_map(  # noqa: PLR0917 - typer reads options from a plain signature
    vendor: Annotated[
        str, typer.Argument(help="shopify, stripe, square, hubspot, zoho, zohobooks, quickbooks, xero, gmail, outlook.")
    ],
    object_: Annotated[str, typer.Argument(metavar="OBJECT", help="What the payload holds: order, invoices, …")],
    file: Annotated[
        Path,
        typer.Argument(help="JSON as the vendor's API answered it, a webhook's body, one object, or an object a line."),
    ],
    currency: Annotated[str | None, typer.Option(help="The account's, for amounts that come without one.")] = None,
    timezone: Annotated[str, typer.Option(help="The tenant's IANA time zone: days are counted in it.")] = "UTC",
    as_json: Json = False,
) -> None:
    """Print what a vendor's payload becomes, as JSON: unified rows, where each field came from, and every leaf that no
    row holds."""
    from api.cli_connectors import map_file

    _run(map_file(vendor, object_, file, currency=currency, timezone=timezone, as_json=as_json), as_json)


@connectors.command("renormalise")
def connectors_renormalise(
    tenant: Annotated[str | None, typer.Option("--tenant", help="The tenant's id or name; all without.")] = None,
    connection: Annotated[
        str | None, typer.Option("--connection", help="A connection's id, name or vendor; all without.")
    ] = None,
    object_: Annotated[
        list[str] | None, typer.Option("--object", help="A kind of object as it is stored raw; all without.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make rows anew from what is stored raw, under the vendors' mappings as they are now. Nothing is asked of vendors."""
    from api.cli_connectors import renormalise

    _run(renormalise(tenant, connection, tuple(object_ or ()), as_json=as_json), as_json)


@lineage.command("events")
def lineage_events(
    tenant: TenantName,
    run: Annotated[
        str | None, typer.Argument(help="An import's or a sync's id; the newest events of all without.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many, the newest first.")] = 50,
    as_json: Json = False,
) -> None:
    """The OpenLineage events of imports, syncs and what followed them, and whether the receiver has them."""
    from api.cli_lineage import list_events

    _run(list_events(tenant, run, limit=limit, as_json=as_json), as_json)


@app.command()
def doctor(as_json: Json = False) -> None:
    """What is configured, what can be reached, what is out of date."""
    from api.cli_doctor import doctor as run

    _run(run(as_json=as_json), as_json)


@app.command()
def worker(as_json: Json = False) -> None:
    """Run jobs beside the servers of one PostgreSQL."""
    from api.cli_serve import work

    _run(work(as_json=as_json), as_json)


@app.command()
def mcp(tenant: TenantName) -> None:
    """Serve the tools over MCP on standard input and output."""
    from api.cli_mcp import serve_stdio

    _run(serve_stdio(tenant), as_json=False)


@app.command()
def demo(
    connect: Annotated[
        bool, typer.Option("--connect", help="Connect one business at every vendor's stand-in, and ask it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make sure that the demo shop is there, and say how to sign in; or show connecting without an account anywhere."""
    if connect:
        from api.cli_connect_demo import connect_demo

        _run(connect_demo(as_json=as_json), as_json)
    from api.cli_store import fill_demo

    _run(fill_demo(as_json=as_json), as_json)


def _run(work: Any, as_json: bool) -> None:
    from api.cli_output import run

    raise typer.Exit(run(work, as_json=as_json))


def main() -> None:
    app()


if __name__ == "__main__":
    main()
