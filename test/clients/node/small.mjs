// Completions and embeddings with an OpenAI SDK of a year; prints what it
// made of the answer.
const { sdk, act, body = {}, options = {} } = JSON.parse(process.argv[2]);
// see openai.mjs
if (sdk === "openai-2024") await import("openai-2024/shims/web");
const { default: OpenAI } = await import(sdk);
const client = new OpenAI({
  apiKey: process.env.GATEWAY_API_KEY,
  baseURL: process.env.GATEWAY_BASE_URL,
  ...options,
});

const acts = {
  embed: async () => ({ answer: await client.embeddings.create(body) }),

  complete: async () => ({ answer: await client.completions.create(body) }),

  async stream() {
    const chunks = [];
    for await (const c of await client.completions.create({
      ...body, stream: true,
    })) chunks.push(c);
    return { chunks };
  },
};

let out;
try {
  out = await acts[act]();
} catch (e) {
  out = {
    name: e.constructor.name, status: e.status, code: e.code, param: e.param,
    message: e.message,
  };
}
console.log(JSON.stringify(out));
