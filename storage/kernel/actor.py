"""Who acts, for which tenant, through which surface, and what that role may do."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    ANALYST = "analyst"
    OPERATOR = "operator"
    VIEWER = "viewer"


class Surface(StrEnum):
    """The door an action came through, as the audit names it."""

    REST = "rest"
    CHAT = "chat"
    MCP = "mcp"
    CLI = "cli"
    WORKFLOW = "workflow"
    SYSTEM = "system"


class Permission(StrEnum):
    DATA_READ = "data.read"
    DATA_IMPORT = "data.import"
    DATA_SQL = "data.sql"
    DASHBOARDS_WRITE = "dashboards.write"
    CHAT_USE = "chat.use"
    OPERATIONS_WRITE = "operations.write"
    MEMBERS_MANAGE = "members.manage"
    TENANT_MANAGE = "tenant.manage"
    AUDIT_READ = "audit.read"


class Module(StrEnum):
    """The eight modules and hubs; a tenant switches each on or off."""

    OPS_COPILOT = "ops-copilot"
    MINI_FOUNDRY = "mini-foundry"
    CYBERSECURITY_SCANNER = "cybersecurity-scanner"
    MARKETPLACE_INTEL = "marketplace-intel"
    PREDICTIVE_ANALYTICS = "predictive-analytics"
    INSIGHTS_HUB = "insights-hub"
    ACTION_HUB = "action-hub"
    DATA_LINEAGE = "data-lineage"


_EVERYONE = frozenset({Permission.DATA_READ, Permission.CHAT_USE})
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _EVERYONE,
    Role.ANALYST: _EVERYONE | {Permission.DATA_IMPORT, Permission.DATA_SQL, Permission.DASHBOARDS_WRITE},
    Role.OPERATOR: _EVERYONE | {Permission.OPERATIONS_WRITE, Permission.DASHBOARDS_WRITE},
    Role.ADMIN: frozenset(Permission) - {Permission.TENANT_MANAGE},
    Role.OWNER: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Set by the server from a verified token or key, never by a model. `user_id` is None for the system itself."""

    tenant_id: str
    user_id: str | None
    role: Role
    surface: Surface
    request_id: str | None = None

    def may(self, permission: Permission) -> bool:
        return permission in GRANTS[self.role]
