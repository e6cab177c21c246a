"""pydantic-ai: an agent with one tool."""
import os
import pathlib

from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

model = OpenAIChatModel(os.environ["GATEWAY_MODEL"], provider=OpenAIProvider(
    base_url=os.environ["GATEWAY_URL"] + "/v1",
    api_key=os.environ["GATEWAY_KEY"]))
agent = Agent(model)


@agent.tool_plain
def read_file(path: str) -> str:
    """What a file says."""
    return pathlib.Path(path).read_text()


print(agent.run_sync(os.environ["GATEWAY_PROMPT"]).output)
