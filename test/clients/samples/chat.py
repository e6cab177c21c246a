"""A plain chat."""
from openai import OpenAI
import os


def get_response():
    client = OpenAI(
        api_key=os.getenv("GATEWAY_API_KEY"),
        base_url=os.getenv("GATEWAY_BASE_URL"),
    )
    completion = client.chat.completions.create(
        model="qwen-plus",
        messages=[{"role": "system",
                   "content": "You are a helpful assistant."},
                  {"role": "user", "content": "Who are you?"}],
    )
    print(completion.model_dump_json())


if __name__ == "__main__":
    get_response()
