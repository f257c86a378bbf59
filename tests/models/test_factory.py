"""Which model a setting gives, and which it refuses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from agents.models import ModelConfig, ModelHandle, RemoteModel, model_factory, targets_of
from evals.standins.openai import StandInModel
from memory.embeddings import EMBEDDED
from memory.providers import Target
from storage.kernel.errors import CopilotError

EMBEDDED_CHAT = FakeListChatModel(responses=["hello"])


def make(*targets: Target, **config: bool) -> ModelHandle:
    return model_factory(ModelConfig(targets, **config), EMBEDDED_CHAT, lambda: None)


def test_the_default_is_the_embedded_model_itself() -> None:
    handle = model_factory(ModelConfig(), EMBEDDED_CHAT, lambda: None)
    assert handle.chat is EMBEDDED_CHAT
    assert handle.name == "embedded"


@pytest.mark.parametrize("name", ["openai/gpt-5-mini", "anthropic/claude-sonnet-4-5", "gemini/gemini-2.5-flash"])
def test_a_live_model_is_refused_unless_allowed(name: str) -> None:
    with pytest.raises(CopilotError, match="switched off"):
        make(Target(name))
    with pytest.raises(CopilotError, match="switched off"):
        make(EMBEDDED, Target(name))
    assert isinstance(make(Target(name), allow_live_calls=True).chat, RemoteModel)


@pytest.mark.parametrize("base", [None, "http://localhost:11434", "http://127.0.0.1:1/v1", "http://[::1]:8080"])
def test_a_model_on_this_machine_is_allowed(base: str | None) -> None:
    assert make(Target("ollama/llama3", base)).name == "ollama/llama3"


@pytest.mark.parametrize("name", ["gpt-5", ""])
def test_a_name_without_a_provider_is_refused(name: str) -> None:
    with pytest.raises(CopilotError, match="not the name of a model"):
        make(Target(name), allow_live_calls=True)


def test_no_model_at_all_is_refused() -> None:
    with pytest.raises(CopilotError, match="No language model"):
        make()


def test_address_and_key_go_to_no_other_provider() -> None:
    chain = targets_of("openai/a", ["openai/b", "anthropic/c", "embedded"], api_base="http://x/v1", api_key="k")
    assert chain == (
        Target("openai/a", "http://x/v1", "k"),
        Target("openai/b", "http://x/v1", "k"),
        Target("anthropic/c"),
        EMBEDDED,
    )
    assert targets_of("embedded", api_base="http://x/v1", api_key="k") == (EMBEDDED,)


def test_keys_do_not_show_in_a_repr() -> None:
    handle = make(Target("openai/x", None, "hunter2"), allow_live_calls=True)
    assert "hunter2" not in repr(handle)
    assert "hunter2" not in repr(handle.chat)


@pytest.mark.timeout(300)  # litellm's import takes seconds, without compiled modules on a busy machine a minute
def test_loading_litellm_opens_no_connection_and_reads_no_dotenv(tmp_path: Path) -> None:
    with StandInModel([]) as server:
        program = f"""
import os, pathlib, socket
pathlib.Path(".env").write_text("FROM_DOTENV=1")
def refuse(self, address): raise AssertionError(f"connects to {{address}}")
socket.socket.connect = refuse
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from agents.models import ModelConfig, model_factory
from memory.providers import Target
target = Target("openai/x", {server.base_url!r}, "k")
model_factory(ModelConfig((target,)), FakeListChatModel(responses=["x"]), lambda: None).load()
assert "FROM_DOTENV" not in os.environ
"""
        root = str(Path(__file__).parents[2])
        env = {**os.environ, "PYTHONPATH": root}
        subprocess.run([sys.executable, "-c", program], check=True, timeout=280, cwd=tmp_path, env=env)
