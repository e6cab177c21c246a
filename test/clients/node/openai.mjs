// One thing done with an OpenAI SDK of a year; prints what it made of it.
const { sdk, act, options = {}, body = {} } = JSON.parse(process.argv[2]);
// by itself it takes node-fetch, which some releases of Node 20 tell that a
// stream was cut short
if (sdk === "openai-2024") await import("openai-2024/shims/web");
const { default: OpenAI } = await import(sdk);
const client = new OpenAI({
  apiKey: process.env.GATEWAY_API_KEY,
  baseURL: process.env.GATEWAY_BASE_URL,
  ...options,
});
const chats = client.chat.completions;
// what was beta in 2024
const helpers = client.beta.chat?.completions ?? chats;
let text = "";

const acts = {
  async plain() {
    const { data, response } = await chats.create(body).withResponse();
    return {
      answer: data, dropped: response.headers.get("x-llmgw-dropped"),
    };
  },

  async stream() {
    const chunks = [];
    for await (const chunk of await chats.create({ ...body, stream: true })) {
      text += chunk.choices[0]?.delta?.content ?? "";
      chunks.push(chunk);
    }
    return { chunks };
  },

  // the SDK puts the deltas together
  async helper() {
    const stream = helpers.stream({ ...body, stream: true });
    stream.on("content", (t) => { text += t; });
    const answer = await stream.finalChatCompletion();
    return { answer, usage: await stream.totalUsage() };
  },

  // and runs what is called
  async runner() {
    const runner = helpers.runTools({
      ...body,
      tools: [{
        type: "function",
        function: {
          name: "get_weather", description: "The weather in a city.",
          parse: JSON.parse, function: ({ city }) => `It rains in ${city}.`,
          parameters: {
            type: "object", properties: { city: { type: "string" } },
            required: ["city"],
          },
        },
      }],
    });
    const final = await runner.finalContent();
    return { final, messages: runner.messages };
  },

  // leaves at the first word
  async leave() {
    for await (const chunk of await chats.create({ ...body, stream: true })) {
      text += chunk.choices[0]?.delta?.content ?? "";
      if (text) break;
    }
  },

  // aborts at the first word
  async abort() {
    const stream = await chats.create({ ...body, stream: true });
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta?.content ?? "";
      if (text) stream.controller.abort();
    }
  },
};

let out = {};
try {
  out = await acts[act]() ?? {};
} catch (e) {
  const header = (name) => e.headers?.get?.(name) ?? e.headers?.[name] ?? null;
  out = {
    name: e.constructor.name, api: e instanceof OpenAI.APIError,
    status: e.status, code: e.code, type: e.type, param: e.param,
    message: e.message, requestID: e.requestID ?? e.request_id,
    retryAfter: header("retry-after"), shouldRetry: header("x-should-retry"),
  };
}
console.log(JSON.stringify({ ...out, text }));
