// openai for Node: one plain chat and one stream.
import OpenAI from "openai";

const {
  GATEWAY_URL, GATEWAY_KEY, GATEWAY_MODEL, GATEWAY_PROMPT,
} = process.env;
const client = new OpenAI({
  baseURL: `${GATEWAY_URL}/v1`, apiKey: GATEWAY_KEY,
});
const ask = {
  model: GATEWAY_MODEL,
  messages: [{ role: "user", content: GATEWAY_PROMPT }],
};
const plain = await client.chat.completions.create(ask);
console.log(plain.choices[0].message.content);
for await (const chunk of await client.chat.completions.create(
  { ...ask, stream: true })) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
}
