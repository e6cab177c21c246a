"""Tool calls, in as many rounds as the model wants: the messages that come
back are sent again as they were dumped, nulls and all, and the tool's own
message bears a name and no tool_call_id."""
from datetime import datetime
from openai import OpenAI
import json
import os

client = OpenAI(
    api_key=os.getenv("GATEWAY_API_KEY"),
    base_url=os.getenv("GATEWAY_BASE_URL"),
)

tools = [
    {
        "type": "function",
        "function": {
            "name": "get_current_time",
            "description": "Tells the current time.",
            # no parameters: an empty object
            "parameters": {},
        },
    },
    {
        "type": "function",
        "function": {
            "name": "get_current_weather",
            "description": "Tells the weather in a city.",
            "parameters": {
                "type": "object",
                "properties": {
                    "location": {
                        "type": "string",
                        "description": "A city or a county.",
                    },
                },
            },
            # beside the parameters, where many programs have it
            "required": ["location"],
        },
    },
]


def get_current_weather(location):
    return f"It is rainy in {location} today. "


def get_current_time():
    return f"Current time: {datetime.now():%Y-%m-%d %H:%M:%S}."


def get_response(messages):
    completion = client.chat.completions.create(
        model="qwen-plus", messages=messages, tools=tools)
    return completion.model_dump()


def call_with_messages():
    messages = [{"content": input("Your question: "), "role": "user"}]
    first_response = get_response(messages)
    assistant_output = first_response["choices"][0]["message"]
    if assistant_output["content"] is None:
        assistant_output["content"] = ""
    messages.append(assistant_output)
    if assistant_output["tool_calls"] is None:
        print(f"Final answer: {assistant_output['content']}")
        return
    i = 1
    while assistant_output["tool_calls"] is not None:
        function = assistant_output["tool_calls"][0]["function"]
        if function["name"] == "get_current_weather":
            tool_info = {"name": "get_current_weather", "role": "tool"}
            location = json.loads(function["arguments"])["location"]
            tool_info["content"] = get_current_weather(location)
        elif function["name"] == "get_current_time":
            tool_info = {"name": "get_current_time", "role": "tool"}
            tool_info["content"] = get_current_time()
        print(f"Round {i}: {tool_info['content']}")
        messages.append(tool_info)
        assistant_output = get_response(messages)["choices"][0]["message"]
        if assistant_output["content"] is None:
            assistant_output["content"] = ""
        messages.append(assistant_output)
        i += 1
    print(f"Final answer: {assistant_output['content']}")


if __name__ == "__main__":
    call_with_messages()
