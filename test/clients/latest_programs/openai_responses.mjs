// openai: one plain response and one stream, of the model in GATEWAY_MODEL.
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: `${process.env.GATEWAY_URL}/v1`, apiKey: process.env.GATEWAY_KEY,
});
const ask = {
  model: process.env.GATEWAY_MODEL, input: process.env.GATEWAY_PROMPT,
};
console.log((await client.responses.create(ask)).output_text);
console.log((await client.responses.stream(ask).finalResponse()).output_text);
