// @anthropic-ai/sdk: one plain message and one stream.
import Anthropic from "@anthropic-ai/sdk";

const {
  GATEWAY_URL, GATEWAY_KEY, GATEWAY_MODEL, GATEWAY_PROMPT,
} = process.env;
const client = new Anthropic({ baseURL: GATEWAY_URL, apiKey: GATEWAY_KEY });
const ask = {
  model: GATEWAY_MODEL, max_tokens: 500,
  messages: [{ role: "user", content: GATEWAY_PROMPT }],
};
const plain = await client.messages.create(ask);
console.log(plain.content[0].text);
const stream = client.messages.stream(ask);
stream.on("text", (text) => process.stdout.write(text));
await stream.finalMessage();
