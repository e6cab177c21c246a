// One thing done with client.responses of OpenAI's SDK; prints what it made
// of it.
import OpenAI from "openai";

const { act, options = {}, body = {} } = JSON.parse(process.argv[2]);
const client = new OpenAI({
  apiKey: process.env.GATEWAY_API_KEY,
  baseURL: process.env.GATEWAY_BASE_URL,
  ...options,
});
const { responses } = client;
let text = "";

const acts = {
  async plain() {
    const { data, response } = await responses.create(body).withResponse();
    text = data.output_text;
    return {
      answer: data, requestID: data._request_id,
      dropped: response.headers.get("x-llmgw-dropped"),
    };
  },

  async stream() {
    const events = [];
    for await (const e of await responses.create({ ...body, stream: true })) {
      if (e.type === "response.output_text.delta") text += e.delta;
      events.push(e);
    }
    return { events, types: events.map((e) => e.type) };
  },

  // the SDK puts the events together
  async helper() {
    const stream = responses.stream(body);
    stream.on("response.output_text.delta", (e) => { text += e.delta; });
    const answer = await stream.finalResponse();
    return { answer, said: answer.output_text };
  },

  // and reads what has a form
  async parse() {
    const answer = await responses.parse(body);
    return { parsed: answer.output_parsed };
  },

  // calls, their results, the answer
  async tools() {
    const input = [...body.input], said = [];
    for (;;) {
      const answer = await responses.create({ ...body, input });
      said.push(answer.output);
      const calls = answer.output.filter((x) => x.type === "function_call");
      if (!calls.length) return { said, final: answer.output_text };
      input.push(...answer.output, ...calls.map((c) => ({
        type: "function_call_output", call_id: c.call_id,
        output: `It rains in ${JSON.parse(c.arguments).city}.`,
      })));
    }
  },

  // leaves at the first word
  async leave() {
    for await (const e of await responses.create({ ...body, stream: true })) {
      if (e.type === "response.output_text.delta") text += e.delta;
      if (text) break;
    }
  },
};

let out = {};
try {
  out = await acts[act]() ?? {};
} catch (e) {
  out = {
    name: e.constructor.name, api: e instanceof OpenAI.APIError,
    status: e.status, code: e.code, type: e.type, param: e.param,
    message: e.message, requestID: e.requestID ?? null,
  };
}
console.log(JSON.stringify({ ...out, text }));
