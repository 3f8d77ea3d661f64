import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

export type Json = Readonly<Record<string, unknown>>;
/** Answers one request. What it rejects with becomes `{"ok":false,"error":…}`. */
export type Handler = (request: Json) => Promise<Json>;

/** A longer line is not a request. */
const LINE_CHARS_MAX = 65_536;

/**
 * Answers JSON lines from `input` with JSON lines on `output`, one for one and in order. Resolves when the input has
 * ended and all of it is answered.
 */
export async function serveLines(input: Readable, output: Writable, handle: Handler): Promise<void> {
  let tail = Promise.resolve();
  const lines = createInterface({ input, crlfDelay: Infinity });
  lines.on("line", (line) => {
    if (line.trim() === "") return;
    tail = tail.then(async () => {
      const reply = await answerTo(line, handle);
      if (output.writable) output.write(`${JSON.stringify(reply)}\n`);
    });
  });
  await once(lines, "close");
  await tail;
}

async function answerTo(line: string, handle: Handler): Promise<Json> {
  try {
    if (line.length > LINE_CHARS_MAX) throw new Error(`a request has at most ${LINE_CHARS_MAX} characters`);
    const request: unknown = JSON.parse(line);
    if (typeof request !== "object" || request === null || Array.isArray(request))
      throw new Error('a request is a JSON object, as {"press":"0000beef"}');
    return { ok: true, ...(await handle(request as Json)) };
  } catch (error) {
    return { ok: false, error: (error as Error).message };
  }
}
