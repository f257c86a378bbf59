"""`smb mcp`: the tools on standard input and output, for a client that starts this command itself."""

from mcp.server.stdio import stdio_server

from api.bootstrap import open_services
from api.mcp import VERSION, call_context
from api.settings import load_settings
from api.store import find_tenant, migrate
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.ids import new_id
from tools.kit.invocation import CallContext
from tools.kit.mcp import mcp_server


async def serve_stdio(tenant: str) -> None:
    """Acts as the operator, as every command does. Standard output belongs to the protocol; logs go to standard error."""
    settings = load_settings()
    await migrate(settings)
    async with open_services(settings) as services:
        tenant_id = await find_tenant(services.database, tenant)
        actor = Actor(tenant_id, None, Role.OWNER, Surface.MCP)

        session = new_id()

        async def context(_request: object) -> CallContext:
            return await call_context(services, actor, run_id=new_id(), session=session)

        server = mcp_server(services.catalogue, services.database, context, version=VERSION)
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())
