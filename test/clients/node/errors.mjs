// One chat that fails: which exception, and what it tells.
import OpenAI from "openai";

const { options = {}, body = {}, leave = false } = JSON.parse(process.argv[2]);
const client = new OpenAI({
  apiKey: process.env.GATEWAY_API_KEY,
  baseURL: process.env.GATEWAY_BASE_URL,
  ...options,
});
let text = "";
let out = {};
try {
  const answer = await client.chat.completions.create({
    model: "qwen-plus", messages: [{ role: "user", content: "Who are you?" }],
    ...body,
  });
  if (body.stream) {
    for await (const chunk of answer) {
      text += chunk.choices[0]?.delta?.content ?? "";
      if (leave && text) break;         // aborts the request
    }
  } else {
    text = answer.choices[0].message.content;
  }
} catch (e) {
  out = {
    name: e.constructor.name, api: e instanceof OpenAI.APIError,
    status: e.status, code: e.code, type: e.type, param: e.param,
    message: e.message, requestID: e.requestID,
    retryAfter: e.headers?.get?.("retry-after") ?? null,
    shouldRetry: e.headers?.get?.("x-should-retry") ?? null,
  };
}
console.log(JSON.stringify({ ...out, text }));
