"""anthropic: one plain message and one stream."""
import os

import anthropic

client = anthropic.Anthropic(base_url=os.environ["GATEWAY_URL"],
                             api_key=os.environ["GATEWAY_KEY"])
ask = {"model": os.environ["GATEWAY_MODEL"], "max_tokens": 500, "messages": [
    {"role": "user", "content": os.environ["GATEWAY_PROMPT"]}]}
print(client.messages.create(**ask).content[0].text)
with client.messages.stream(**ask) as stream:
    for text in stream.text_stream:
        print(text, end="")
