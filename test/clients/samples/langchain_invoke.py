"""A plain chat through langchain."""
from langchain_openai import ChatOpenAI
import os


def get_response():
    llm = ChatOpenAI(
        api_key=os.getenv("GATEWAY_API_KEY"),
        base_url=os.getenv("GATEWAY_BASE_URL"),
        model="qwen-plus",
    )
    messages = [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "Who are you?"},
    ]
    response = llm.invoke(messages)
    print(response.model_dump_json())


if __name__ == "__main__":
    get_response()
