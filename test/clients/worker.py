"""A process that runs programs/NAME.py with the SDK that PYTHONPATH finds:
an order is a line of JSON on standard input, its result one on standard
output.

    {"program": "anthropic_core", "do": "plain", "arguments": {...}}
        -> {"result": ...}, or {"raised": "Traceback ..."}
"""
import importlib
import json
import pathlib
import sys
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent / "programs"))


def main():
    for line in sys.stdin:
        order = json.loads(line)
        try:
            program = importlib.import_module(order["program"])
            result = getattr(program, order["do"])(**order["arguments"])
            answer = json.dumps({"result": result})
        except BaseException:
            answer = json.dumps({"raised": traceback.format_exc()})
        print(answer, flush=True)


if __name__ == "__main__":
    main()
