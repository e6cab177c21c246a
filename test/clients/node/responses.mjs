// One thing done with OpenAI's SDK over the Responses API; prints what it made
// of it.
import OpenAI from "openai";

const { act, options = {}, body = {} } = JSON.parse(process.argv[2]);
const client = new OpenAI({
  apiKey: process.env.GATEWAY_API_KEY,
  baseURL: process.env.GATEWAY_BASE_URL,
  ...options,
});
let text = "";

const acts = {
  async plain() {
    const answer = await client.responses.create(body);
    text = answer.output_text;
    return { answer, requestID: answer._request_id };
  },

  async stream() {
    const types = [];
    const stream = await client.responses.create({ ...body, stream: true });
    for await (const event of stream) {
      types.push(event.type);
      if (event.type === "response.output_text.delta") text += event.delta;
    }
    return { types };
  },

  // the SDK puts the deltas together
  async helper() {
    const stream = client.responses.stream(body);
    stream.on("response.output_text.delta", (e) => { text += e.delta; });
    return { answer: await stream.finalResponse() };
  },

  // leaves at the first word
  async leave() {
    const stream = await client.responses.create({ ...body, stream: true });
    for await (const event of stream) {
      if (event.type === "response.output_text.delta") text += event.delta;
      if (text) break;
    }
  },
};

let out = {};
try {
  out = await acts[act]() ?? {};
} catch (e) {
  out = {
    name: e.constructor.name, status: e.status, code: e.code, type: e.type,
    param: e.param, message: e.message, requestID: e.requestID,
  };
}
console.log(JSON.stringify({ ...out, text }));
