"""litellm's SDK: completion, plain and streamed."""
import os

import litellm

ask = {"model": "openai/" + os.environ["GATEWAY_MODEL"],
       "api_base": os.environ["GATEWAY_URL"] + "/v1",
       "api_key": os.environ["GATEWAY_KEY"], "messages": [
           {"role": "user", "content": os.environ["GATEWAY_PROMPT"]}]}
print(litellm.completion(**ask).choices[0].message.content)
for chunk in litellm.completion(**ask, stream=True):
    print(chunk.choices[0].delta.content or "", end="")
