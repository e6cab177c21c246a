// The chats of the vendors' documents, with openai for Node.
import OpenAI from "openai";

const client = new OpenAI({
  apiKey: process.env.GATEWAY_API_KEY,
  baseURL: process.env.GATEWAY_BASE_URL,
});
const messages = [
  { role: "system", content: "You are a helpful assistant." },
  { role: "user", content: "Who are you?" },
];

const { data: plain, response } = await client.chat.completions
  .create({ model: "qwen-plus", messages }).withResponse();

const stream = await client.chat.completions.create({
  model: "qwen-plus", messages, stream: true,
  stream_options: { include_usage: true },
});
const chunks = [];
for await (const chunk of stream) chunks.push(chunk);

const quiet = [];
for await (const chunk of await client.chat.completions.create(
  { model: "qwen-plus", messages, stream: true })) quiet.push(chunk);

const models = [];
for await (const model of client.models.list()) models.push(model.id);

console.log(JSON.stringify({
  plain, chunks, quiet, models,
  requestId: plain._request_id, header: response.headers.get("x-request-id"),
  slashes: await client.models.retrieve("org/with/slashes"),
}));
