// Asks a service through OpenAI's client for Node and prints what came, as JSON.
// node client.js ADDRESS KEY WHAT

import OpenAI, { APIError, toFile } from "openai";

const [address, apiKey, what] = process.argv.slice(2);
const client = new OpenAI({ baseURL: address, apiKey, maxRetries: 0 });
const file = await toFile(Buffer.from("RIFF what the worker is played to hear"), "talk.wav");
const transcriptions = client.audio.transcriptions;

async function events(request) {
  const told = [];
  for await (const event of await transcriptions.create({ file, stream: true, ...request })) {
    told.push(event);
  }
  return told;
}

async function left() {
  const controller = new AbortController();
  const stream = await transcriptions.create(
    { file, model: "gpt-4o-transcribe", stream: true },
    { signal: controller.signal },
  );
  for await (const event of stream) {
    controller.abort();
    return event;
  }
}

const ways = {
  json: () => transcriptions.create({ file, model: "whisper-1" }),
  text: () => transcriptions.create({ file, model: "whisper-1", response_format: "text" }),
  srt: () => transcriptions.create({ file, model: "whisper-1", response_format: "srt" }),
  vtt: () => transcriptions.create({ file, model: "whisper-1", response_format: "vtt" }),
  verbose: () =>
    transcriptions.create({
      file,
      model: "whisper-1",
      response_format: "verbose_json",
      timestamp_granularities: ["word", "segment"],
    }),
  diarized: () =>
    transcriptions.create({
      file,
      model: "gpt-4o-transcribe-diarize",
      response_format: "diarized_json",
      chunking_strategy: "auto",
      known_speaker_names: ["Anna Müller"],
      known_speaker_references: ["data:audio/wav;base64,UklGRg=="],
    }),
  fields: () =>
    transcriptions.create({
      file,
      model: "gpt-transcribe",
      prompt: "A meeting.",
      languages: ["en", "de"],
      keywords: ["Diascribe, the program", "Ada"],
      temperature: 0.2,
      include: ["logprobs"],
      chunking_strategy: { type: "server_vad", threshold: 0.4 },
    }),
  stream: () => events({ model: "gpt-4o-transcribe" }),
  diarizedStream: () =>
    events({ model: "gpt-4o-transcribe-diarize", response_format: "diarized_json" }),
  translation: () => client.audio.translations.create({ file, model: "whisper-1" }),
  models: async () => (await client.models.list()).data,
  model: () => client.models.retrieve("whisper-1"),
  unknown: () => transcriptions.create({ file, model: "gpt-7" }),
  left,
};

try {
  console.log(JSON.stringify({ found: await ways[what]() }));
} catch (error) {
  if (!(error instanceof APIError)) throw error;
  const { status, message, type, param, code, requestID } = error;
  console.log(JSON.stringify({ error: { status, message, type, param, code, requestID } }));
}
