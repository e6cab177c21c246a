"""The clients of latest.py: what is installed, and how each is run."""
import dataclasses
import json
import pathlib
import typing

import latest_install
import sides

PROGRAMS = pathlib.Path(__file__).resolve().parent / "latest_programs"
CHAT, MESSAGES, RESPONSES = ("/v1/chat/completions", "/v1/messages",
                             "/v1/responses")


@dataclasses.dataclass
class Client:
    name: str
    kind: str                   # pip or npm
    packages: list
    endpoint: str
    task: str                   # see latest_model.py
    argv: typing.Callable       # of a Run
    env: typing.Callable = lambda run: {}
    files: typing.Callable = lambda run: {}     # in its HOME, by name
    limit: int = 120            # seconds
    alias: str = None           # what the model is called meanwhile

    @property
    def sides(self):
        """The models that it is tried with, by their upstreams."""
        return sides.WAYS.values() if self.endpoint == RESPONSES \
            else (sides.CHAT, sides.CLAUDE)


@dataclasses.dataclass
class Run:
    """What a client is told."""
    client: Client
    home: pathlib.Path
    url: str                    # without /v1
    key: str
    model: str
    prompt: str
    note: pathlib.Path          # the file of the task

    @property
    def bin(self):
        folder = latest_install.venv(self.client.packages) / "bin" \
            if self.client.kind == "pip" else latest_install.npm_folder(
                self.client.packages) / "node_modules" / ".bin"
        return folder

    @property
    def modules(self):
        return latest_install.npm_folder(self.client.packages) \
            / "node_modules"


def python(name):
    return lambda run: [str(run.bin / "python"), str(PROGRAMS / name)]


def node(name, *more):
    """A program; Node looks for packages beside it, so a copy is run."""
    def argv(run):
        copy = run.modules.parent / name
        copy.write_text((PROGRAMS / name).read_text())
        return ["node", str(copy), *more]
    return argv


# ---- agents ----

def claude_argv(run):
    return ["node", str(run.modules / "@anthropic-ai" / "claude-code"
                        / "cli-wrapper.cjs"), "-p", run.prompt,
            "--dangerously-skip-permissions", "--model", run.model]


def claude_env(run):
    return {"IS_SANDBOX": "1", "ANTHROPIC_BASE_URL": run.url,
            "ANTHROPIC_AUTH_TOKEN": run.key,
            "ANTHROPIC_DEFAULT_HAIKU_MODEL": run.model,
            # `sonnet` is a name of its own for one of Claude's
            "ANTHROPIC_DEFAULT_SONNET_MODEL": run.model,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1"}


def qwen_argv(run):
    return [str(run.bin / "qwen"), "--auth-type", "openai", "--yolo",
            "-m", run.model, "-p", run.prompt]


def qwen_env(run):
    return {"OPENAI_BASE_URL": run.url + "/v1", "OPENAI_API_KEY": run.key,
            "OPENAI_MODEL": run.model}


def qwen_files(run):
    return {".qwen/settings.json": json.dumps({
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        "general": {"enableAutoUpdate": False}})}


def opencode_argv(run):
    """By the program itself: the one of that name is a script until the
    package's own script has run."""
    program = sorted(run.modules.glob("opencode-linux-*/bin/opencode"))[0]
    return [str(program), "run", "-m", "gateway/" + run.model, run.prompt]


def opencode_files(run):
    return {"opencode.json": json.dumps({
        "autoupdate": False, "share": "disabled",
        "permission": {"*": "allow", "external_directory": "allow"},
        "provider": {"gateway": {
            "npm": "@ai-sdk/openai-compatible", "name": "gateway",
            "options": {"baseURL": run.url + "/v1", "apiKey": run.key},
            "models": {run.model: {"name": run.model}}}}})}


def aider_argv(run):
    return [str(run.bin / "aider"), "--model", "openai/" + run.model,
            "--no-git", "--yes-always", "--no-check-update",
            "--analytics-disable", "--no-show-model-warnings",
            "--no-show-release-notes", "--no-pretty",
            "--edit-format", "whole", "--map-tokens", "0",
            "--message", run.prompt, str(run.note)]


def aider_env(run):
    return {"OPENAI_API_BASE": run.url + "/v1", "OPENAI_API_KEY": run.key,
            "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def codex_argv(run):
    return [str(run.bin / "codex"), "exec", "--skip-git-repo-check",
            "--dangerously-bypass-approvals-and-sandbox", run.prompt]


def codex_files(run):
    """A model that it knows by name is sent other tools."""
    return {".codex/config.toml": f"""
model = "{run.client.alias or run.model}"
model_provider = "gateway"
check_for_update_on_startup = false

[model_providers.gateway]
name = "gateway"
base_url = "{run.url}/v1"
env_key = "GATEWAY_KEY"
wire_api = "responses"

[analytics]
enabled = false
"""}


def codex(name, alias=None, task="tool"):
    return Client(name, "npm", ["@openai/codex"], RESPONSES, task,
                  codex_argv, files=codex_files, alias=alias)


AI = ["ai", "@ai-sdk/openai-compatible", "@ai-sdk/anthropic", "zod"]
CLIENTS = [
    Client("openai, Python", "pip", ["openai"], CHAT, "chat",
           python("openai_chat.py")),
    Client("openai, Node", "npm", ["openai"], CHAT, "chat",
           node("openai_chat.mjs")),
    Client("openai, Python: responses", "pip", ["openai"], RESPONSES, "chat",
           python("openai_responses.py")),
    Client("openai, Node: responses", "npm", ["openai"], RESPONSES, "chat",
           node("openai_responses.mjs")),
    Client("anthropic, Python", "pip", ["anthropic"], MESSAGES, "chat",
           python("anthropic_chat.py")),
    Client("anthropic, Node", "npm", ["@anthropic-ai/sdk"], MESSAGES, "chat",
           node("anthropic_chat.mjs")),
    Client("langchain-openai", "pip", ["langchain-openai"], CHAT, "chat",
           python("langchain_chat.py")),
    Client("litellm", "pip", ["litellm"], CHAT, "chat",
           python("litellm_chat.py"),
           lambda run: {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}),
    Client("ai, openai-compatible", "npm", AI, CHAT, "tool",
           node("ai_agent.mjs", "compatible")),
    Client("ai, anthropic", "npm", AI, MESSAGES, "tool",
           node("ai_agent.mjs", "anthropic")),
    Client("pydantic-ai", "pip", ["pydantic-ai-slim[openai]"], CHAT, "tool",
           python("pydantic_agent.py")),
    Client("Claude Code", "npm", ["@anthropic-ai/claude-code"], MESSAGES,
           "tool", claude_argv, claude_env),
    codex("Codex"),
    codex("Codex, gpt-5.5", "gpt-5.5"),
    codex("Codex, gpt-5.5", "gpt-5.5", "patch"),
    codex("Codex, gpt-6.2-sol", "gpt-6.2-sol"),
    Client("Qwen Code", "npm", ["@qwen-code/qwen-code"], CHAT, "tool",
           qwen_argv, qwen_env, qwen_files),
    Client("opencode", "npm", ["opencode-ai"], CHAT, "tool", opencode_argv,
           lambda run: {"OPENCODE_DISABLE_AUTOUPDATE": "1",
                        "OPENCODE_DISABLE_MODELS_FETCH": "1"},
           opencode_files),
    Client("aider", "pip", ["aider-chat"], CHAT, "edit", aider_argv,
           aider_env),
]
