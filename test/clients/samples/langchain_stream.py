"""A streamed chat through langchain, with usage."""
from langchain_openai import ChatOpenAI
import os


def get_response():
    llm = ChatOpenAI(
        api_key=os.getenv("GATEWAY_API_KEY"),
        base_url=os.getenv("GATEWAY_BASE_URL"),
        model="qwen-plus",
        stream_usage=True,
    )
    messages = [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "Who are you?"},
    ]
    response = llm.stream(messages)
    for chunk in response:
        print(chunk.model_dump_json())


if __name__ == "__main__":
    get_response()
