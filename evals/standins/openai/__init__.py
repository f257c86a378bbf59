"""A model server that speaks OpenAI's chat protocol and does what a script says, faults included."""

from evals.standins.openai.app import ChatRequest
from evals.standins.openai.replies import Answer, Broken, Call, Failure, Reply, Script, hang, refusal
from evals.standins.openai.server import StandInModel

__all__ = ["Answer", "Broken", "Call", "ChatRequest", "Failure", "Reply", "Script", "StandInModel", "hang", "refusal"]
