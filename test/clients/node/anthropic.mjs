// One thing done with an SDK of Anthropic's, or the same in several cases;
// prints what it made of it.
const { sdk, act, cases, ...one } = JSON.parse(process.argv[2]);
const { default: Anthropic } = await import(sdk);

// what a program does with the calls of an answer: all of them, at once
function results(message) {
  return {
    role: "user",
    content: message.content.filter((b) => b.type === "tool_use").map((b) => ({
      type: "tool_result", tool_use_id: b.id,
      content: `It rains in ${b.input.city}.`,
    })),
  };
}

const acts = {
  async create(client, body) {
    const { data, response } =
      await client.messages.create(body).withResponse();
    return {
      message: data, requestID: data._request_id,
      dropped: response.headers.get("x-llmgw-dropped"),
    };
  },

  async stream(client, body, heard) {
    const events = [];
    const stream = client.messages.stream(body)
      .on("text", (t) => { heard.text += t; })
      .on("streamEvent", (e) => events.push(e.type));
    return { message: await stream.finalMessage(), events };
  },

  async events(client, body, heard) {
    const events = [];
    for await (const event of await client.messages.create(
      { ...body, stream: true })) {
      heard.text += event.delta?.text ?? "";
      events.push(event);
    }
    return { events };
  },

  // aborts at the first word
  async abort(client, body, heard) {
    const stream = client.messages.stream(body);
    stream.on("text", (t) => {
      heard.text += t;
      stream.abort();
    });
    await stream.finalMessage();
  },

  // leaves a loop at the first word
  async leave(client, body, heard) {
    for await (const event of await client.messages.create(
      { ...body, stream: true })) {
      heard.text += event.delta?.text ?? "";
      if (heard.text) break;
    }
  },

  // rounds until the model calls nothing more
  async tools(client, body) {
    const messages = [...body.messages];
    const seen = [];
    for (;;) {
      const ask = { ...body, messages };
      const message = body.stream
        ? await client.messages.stream(ask).finalMessage()
        : await client.messages.create(ask);
      seen.push(message);
      if (message.stop_reason !== "tool_use") return { seen };
      messages.push({ role: "assistant", content: message.content });
      messages.push(results(message));
    }
  },

  async count(client, body) {
    const { data, response } =
      await client.messages.countTokens(body).withResponse();
    return { ...data, estimate: response.headers.get("x-llmgw-estimate") };
  },

  async models(client) {
    const models = [];
    for await (const model of client.models.list()) models.push(model.id);
    return { models };
  },
};

function told(e) {
  const said = e.error?.error ?? {};
  return {
    name: e.constructor.name, api: e instanceof Anthropic.APIError,
    status: e.status, type: said.type, said: said.message,
    message: e.message, requestID: e.requestID,
    retryAfter: e.headers?.get("retry-after"),
    shouldRetry: e.headers?.get("x-should-retry"),
  };
}

async function run({ options = {}, body = {} }) {
  const client = new Anthropic({
    apiKey: process.env.GATEWAY_API_KEY,
    baseURL: process.env.GATEWAY_BASE_URL.replace(/\/v1$/, ""),
    ...options,
  });
  const heard = { text: "" };
  try {
    return { ...await acts[act](client, body, heard), ...heard };
  } catch (e) {
    return { ...told(e), ...heard };
  }
}

const out = [];
for (const what of cases ?? [one]) out.push(await run(what));
console.log(JSON.stringify(cases ? out : out[0]));
