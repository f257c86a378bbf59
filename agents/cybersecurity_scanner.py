"""The specialist for security: posture, vulnerabilities, devices and compliance."""

from agents.spec import AgentSpec
from storage.kernel.actor import Module

CYBERSECURITY_SCANNER = AgentSpec(
    module=Module.CYBERSECURITY_SCANNER,
    title="Security Scanner",
    field="the security of your website, e-mail and devices",
)
