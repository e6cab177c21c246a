// ai: streamText with one tool, and the provider `compatible` or `anthropic`.
import { readFile } from "node:fs/promises";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const {
  GATEWAY_URL, GATEWAY_KEY, GATEWAY_MODEL, GATEWAY_PROMPT,
} = process.env;
const make = {
  compatible: createOpenAICompatible, anthropic: createAnthropic,
};
const provider = make[process.argv[2]]({
  name: "gateway", baseURL: `${GATEWAY_URL}/v1`, apiKey: GATEWAY_KEY,
});
let failed;
const result = streamText({
  model: provider(GATEWAY_MODEL), prompt: GATEWAY_PROMPT,
  stopWhen: stepCountIs(5),
  tools: {
    read_file: tool({
      description: "What a file says.",
      inputSchema: z.object({ path: z.string() }),
      execute: ({ path }) => readFile(path, "utf8"),
    }),
  },
  onError({ error }) { failed = error; },
});
for await (const text of result.textStream) process.stdout.write(text);
if (failed) throw failed;
