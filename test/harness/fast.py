"""An upstream that answers every request with the same bill and an id of its
own, as fast as Python can; a program of its own: fast.py PORT."""
import asyncio
import json
import sys
import uuid

BODY = json.dumps({
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1,
    "model": "qwen3-max", "choices": [{
        "index": 0, "finish_reason": "stop", "message": {
            "role": "assistant", "content": "hello"}}],
    "usage": {"prompt_tokens": 41234, "completion_tokens": 1234,
              "total_tokens": 42468, "prompt_tokens_details": {
                  "cached_tokens": 30000}}}).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" \
    b"Content-Length: %d\r\nx-request-id: %s\r\n\r\n"


class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.data = transport, b""

    def data_received(self, data):
        self.data += data
        head, found, body = self.data.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().split(b"content-length:")[1].split(
            b"\r\n")[0])
        if len(body) >= length:
            self.data = b""
            self.transport.write(
                HEAD % (len(BODY), str(uuid.uuid4()).encode()) + BODY)


async def main(port):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
