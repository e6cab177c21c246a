"""openai: one plain response and one stream, of the model in GATEWAY_MODEL."""
import os

import openai

client = openai.OpenAI(base_url=os.environ["GATEWAY_URL"] + "/v1",
                       api_key=os.environ["GATEWAY_KEY"])
ask = {"model": os.environ["GATEWAY_MODEL"],
       "input": os.environ["GATEWAY_PROMPT"]}
print(client.responses.create(**ask).output_text)
with client.responses.stream(**ask) as stream:
    print(stream.get_final_response().output_text)
