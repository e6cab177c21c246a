// Tools in as many rounds as the model wants; then the SDK's own runner.
import OpenAI from "openai";

const client = new OpenAI({
  apiKey: process.env.GATEWAY_API_KEY,
  baseURL: process.env.GATEWAY_BASE_URL,
});
const { question } = JSON.parse(process.argv[2]);

function getCurrentWeather({ location }) {
  return `It is rainy in ${location} today.`;
}
function getCurrentTime() {
  return "Current time: 2026-01-02 03:04:05.";
}
const own = {
  get_current_weather: getCurrentWeather,
  get_current_time: getCurrentTime,
};
const tools = [
  {
    type: "function",
    function: {
      name: "get_current_time", description: "Tells the current time.",
      parameters: {},
    },
  },
  {
    type: "function",
    function: {
      name: "get_current_weather", description: "Tells the weather.",
      parameters: {
        type: "object", properties: { location: { type: "string" } },
      },
    },
  },
];

const messages = [{ role: "user", content: question }];
let rounds = 0;
let message;
for (;;) {
  const completion = await client.chat.completions.create(
    { model: "qwen-plus", messages, tools });
  message = completion.choices[0].message;
  messages.push(message);
  if (!message.tool_calls) break;
  rounds += 1;
  for (const call of message.tool_calls) {
    messages.push({
      role: "tool", tool_call_id: call.id,
      content: own[call.function.name](JSON.parse(call.function.arguments)),
    });
  }
}

const runner = client.chat.completions.runTools({
  model: "qwen-plus", stream: true,
  messages: [{ role: "user", content: question }],
  tools: [{
    type: "function",
    function: {
      name: "get_current_weather", description: "Tells the weather.",
      parse: JSON.parse, function: getCurrentWeather,
      parameters: {
        type: "object", properties: { location: { type: "string" } },
      },
    },
  }],
});

console.log(JSON.stringify({
  rounds, answer: message.content, roles: messages.map((m) => m.role),
  final: await runner.finalContent(),
}));
