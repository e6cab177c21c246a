// One thing done with Vercel's `ai`; prints what it made of it.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import {
  APICallError, RetryError, generateObject, generateText, stepCountIs,
  streamObject, streamText, tool,
} from "ai";
import { z } from "zod";

const {
  provider, model: name, act, options = {}, settings = {}, ask = {},
} = JSON.parse(process.argv[2]);
const make = { anthropic: createAnthropic, compatible: createOpenAICompatible };
const model = make[provider]({
  name: "gateway", includeUsage: true,
  apiKey: process.env.GATEWAY_API_KEY, baseURL: process.env.GATEWAY_BASE_URL,
  ...options,
})(name);

// waits between tries are cut short: not what fetch sets, of 10 s until it is
// connected, and no timeouts
const wait = globalThis.setTimeout;
globalThis.setTimeout = (f, ms, ...rest) => wait(
  f, ms >= 2000 && ms < 60000 && ms !== 10000 ? 20 : ms, ...rest);

const base = { model, ...settings };
if (ask.messages) {
  base.messages = ask.messages.map((m) => ({
    ...m,
    content: typeof m.content === "string" ? m.content : m.content.map((p) => (
      p.type === "image" && p.base64
        ? { type: "image", image: Buffer.from(p.base64, "base64"),
            mediaType: p.mediaType }
        : p)),
  }));
} else {
  base.prompt = "Who are you?";
}
if (ask.tools) {
  base.tools = {
    get_weather: tool({
      description: "The weather in a city.",
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => `It rains in ${city}.`,
    }),
  };
  base.stopWhen = stepCountIs(5);
}
const place = z.object({ city: z.string(), people: z.number().int() });

function told(r) {
  return {
    text: r.text, reasoning: r.reasoningText, finish: r.finishReason,
    usage: r.usage, total: r.totalUsage,
    calls: (r.steps ?? []).map((s) => s.toolCalls.map(
      (c) => [c.toolCallId, c.toolName, c.input])),
  };
}

let text = "";
let failed;
function thrown(e) {
  const last = RetryError.isInstance(e) ? e.lastError : e;
  return {
    name: last?.name, retried: RetryError.isInstance(e) ? e.errors.length : 0,
    status: last?.statusCode, retryable: last?.isRetryable,
    api: APICallError.isInstance(last),
    message: last?.message ?? JSON.stringify(last),
  };
}

const acts = {
  generate: async () => told(await generateText(base)),

  async stream() {
    const r = streamText({
      ...base, onError({ error }) { failed = thrown(error); },
    });
    const kinds = [];
    for await (const part of r.fullStream) {
      if (part.type === "text-delta") text += part.text;
      if (kinds.at(-1) !== part.type) kinds.push(part.type);
    }
    if (failed) return { kinds, ...failed };
    return {
      kinds,
      ...told({
        text: await r.text, reasoningText: await r.reasoningText,
        finishReason: await r.finishReason, usage: await r.usage,
        totalUsage: await r.totalUsage, steps: await r.steps,
      }),
    };
  },

  // aborts at the first word
  async abort() {
    const stop = new AbortController();
    let aborted = false;
    const r = streamText({
      ...base, abortSignal: stop.signal,
      onError({ error }) { failed = thrown(error); },
    });
    for await (const part of r.fullStream) {
      if (part.type === "text-delta") {
        text += part.text;
        stop.abort();
      }
      if (part.type === "abort") aborted = true;
    }
    return { aborted, ...failed };
  },

  async object() {
    const { object, usage, finishReason } =
      await generateObject({ ...base, schema: place });
    return { object, usage, finish: finishReason };
  },

  async objects() {
    const r = streamObject({ ...base, schema: place });
    let parts = 0;
    for await (const part of r.partialObjectStream) parts += part ? 1 : 0;
    return { object: await r.object, usage: await r.usage, parts };
  },
};

let out;
try {
  out = await acts[act]();
} catch (e) {
  out = thrown(e);
}
console.log(JSON.stringify({ text, ...out }));
