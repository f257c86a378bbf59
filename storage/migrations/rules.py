"""What the schema needs beyond tables: row-level security on PostgreSQL, append-only triggers on both databases.

Revisions call these functions with the names of their tables; autogeneration writes the calls (see env.py).
Everything can be run again.
"""

from collections.abc import Sequence

from alembic import op

from storage.database import APP_ROLE, SYSTEM_ROLE
from storage.kernel.errors import CopilotError, ErrorKind

# A sub-select is evaluated once per statement, not per row. An empty setting reads as NULL, which equals nothing.
_TENANT = "(SELECT nullif(current_setting('app.tenant_id', true), ''))"
_USER = "(SELECT nullif(current_setting('app.user_id', true), ''))"


def _is_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def create_roles() -> None:
    """Creates the two roles of the cluster where they are missing, and lets the owner act as them."""
    if not _is_postgresql():
        return
    for role in (APP_ROLE, SYSTEM_ROLE):
        op.execute(f"""
            DO $$ BEGIN
                CREATE ROLE {role} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END $$""")
        op.execute(f"""
            DO $$ BEGIN
                IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN GRANT {role} TO CURRENT_USER; END IF;
            END $$""")
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    check_roles()


def check_roles() -> None:
    """Raises when a role of ours could see past row-level security: another's role of that name, perhaps."""
    query = (
        f"SELECT rolname FROM pg_roles WHERE rolname IN ('{APP_ROLE}', '{SYSTEM_ROLE}') AND (rolsuper OR rolbypassrls)"  # noqa: S608 - constants
    )
    if bypassing := [row[0] for row in op.get_bind().exec_driver_sql(query)]:
        raise CopilotError(
            ErrorKind.FORBIDDEN,
            f"The database role {bypassing[0]} may bypass row-level security.",
            hint="ALTER ROLE … NOSUPERUSER NOBYPASSRLS, then upgrade again.",
        )


def keep_to_tenant(tables: Sequence[str], *, column: str = "tenant_id") -> None:
    """Lets requests see and write only the rows of the tenant that their transaction names in `app.tenant_id`."""
    if not _is_postgresql():
        return
    for table in tables:
        _secure(table)
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP_ROLE}")
        op.execute(
            f"CREATE POLICY tenant ON {table} TO {APP_ROLE} "
            f"USING ({column} = {_TENANT}) WITH CHECK ({column} = {_TENANT})"
        )


def protect_tenants() -> None:
    """A tenant's requests see and change their own tenant; they create and delete none."""
    if not _is_postgresql():
        return
    _secure("tenants")
    op.execute(f"GRANT SELECT, UPDATE ON tenants TO {APP_ROLE}")
    op.execute(f"CREATE POLICY tenant ON tenants TO {APP_ROLE} USING (id = {_TENANT}) WITH CHECK (id = {_TENANT})")


def protect_users() -> None:
    """A tenant's requests see its members, and change their own account. Needs memberships to be protected."""
    if not _is_postgresql():
        return
    _secure("users")
    op.execute(f"GRANT SELECT, UPDATE ON users TO {APP_ROLE}")
    members = "id IN (SELECT user_id FROM memberships)"
    op.execute(f"CREATE POLICY members ON users FOR SELECT TO {APP_ROLE} USING ({members})")
    op.execute(
        f"CREATE POLICY own_account ON users FOR UPDATE TO {APP_ROLE} USING (id = {_USER}) WITH CHECK (id = {_USER})"
    )


def keep_to_system(tables: Sequence[str]) -> None:
    """No tenant's request reaches these at all."""
    if not _is_postgresql():
        return
    for table in tables:
        _secure(table)


def share(tables: Sequence[str]) -> None:
    """The same rows for every tenant, to read."""
    if not _is_postgresql():
        return
    for table in tables:
        _secure(table)
        op.execute(f"GRANT SELECT ON {table} TO {APP_ROLE}")
        op.execute(f"CREATE POLICY everyone ON {table} FOR SELECT TO {APP_ROLE} USING (true)")


def _secure(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for policy in ("tenant", "members", "own_account", "everyone", "system"):
        op.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")
    op.execute(f"REVOKE ALL ON {table} FROM PUBLIC, {APP_ROLE}, {SYSTEM_ROLE}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {SYSTEM_ROLE}")
    op.execute(f"CREATE POLICY system ON {table} TO {SYSTEM_ROLE} USING (true) WITH CHECK (true)")


def make_append_only(table: str, *, deletable_when: str | None = None, changeable_when: str | None = None) -> None:
    """Refuses every UPDATE unless `changeable_when` (SQL over the rows OLD and NEW) holds, and every DELETE unless
    `deletable_when` (over OLD) does. Whoever owns the schema can still drop the trigger: this guards against our own
    mistakes."""
    if _is_postgresql():
        _refuse_on_postgresql(table, deletable_when, changeable_when)
    else:
        _refuse_on_sqlite(table, deletable_when, changeable_when)


def _refuse_on_sqlite(table: str, deletable_when: str | None, changeable_when: str | None) -> None:
    refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for name, allowed in (("update", changeable_when), ("delete", deletable_when)):
        when = f"WHEN NOT ({allowed})" if allowed else ""
        op.execute(f"DROP TRIGGER IF EXISTS {table}_refuse_{name}")
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{name} BEFORE {name.upper()} ON {table} FOR EACH ROW {when} {refusal}"
        )


def _refuse_on_postgresql(table: str, deletable_when: str | None, changeable_when: str | None) -> None:
    op.execute(f"""
        CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF {deletable_when or "false"} THEN RETURN OLD; END IF;
            ELSIF TG_OP = 'UPDATE' THEN
                IF {changeable_when or "false"} THEN RETURN NEW; END IF;
            END IF;
            RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation';
        END $$""")
    for verb, allowed in (("UPDATE", changeable_when), ("DELETE", deletable_when)):
        change = "GRANT" if allowed else "REVOKE"
        op.execute(f"{change} {verb} ON {table} {'TO' if allowed else 'FROM'} {APP_ROLE}, {SYSTEM_ROLE}")
    op.execute(f"DROP TRIGGER IF EXISTS {table}_refuse_change ON {table}")
    op.execute(f"DROP TRIGGER IF EXISTS {table}_refuse_truncate ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )


def forget_append_only(table: str) -> None:
    """Undoes make_append_only; on PostgreSQL the triggers go with their table, their function does not."""
    if _is_postgresql():
        op.execute(f"DROP FUNCTION IF EXISTS {table}_refuse() CASCADE")
