"""openai: one plain chat and one stream, of the model in GATEWAY_MODEL."""
import os

import openai

client = openai.OpenAI(base_url=os.environ["GATEWAY_URL"] + "/v1",
                       api_key=os.environ["GATEWAY_KEY"])
ask = {"model": os.environ["GATEWAY_MODEL"], "messages": [
    {"role": "user", "content": os.environ["GATEWAY_PROMPT"]}]}
print(client.chat.completions.create(**ask).choices[0].message.content)
for chunk in client.chat.completions.create(**ask, stream=True):
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="")
