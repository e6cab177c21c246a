"""langchain-openai: invoke and stream."""
import os

from langchain_openai import ChatOpenAI

model = ChatOpenAI(base_url=os.environ["GATEWAY_URL"] + "/v1",
                   api_key=os.environ["GATEWAY_KEY"],
                   model=os.environ["GATEWAY_MODEL"])
print(model.invoke(os.environ["GATEWAY_PROMPT"]).content)
for chunk in model.stream(os.environ["GATEWAY_PROMPT"]):
    print(chunk.content, end="")
