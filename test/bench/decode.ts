import type { Definition, Example } from "../../gateway/core/definition.ts";
import { EVERYTHING } from "../support/spoken.ts";
import { openFeed, targetOf, type Target } from "../fuzz/targets.ts";
import { limit, Results, type Findings, type Row, type Target as Limit } from "./report.ts";

/*
 * `npm run bench -- --decode`: how long one message of each protocol takes to decode, in one process, beside
 * JSON.parse of the same messages where they are JSON. The messages are the examples of the protocol, in turns.
 */

const ROUND_MS = 200;
const WARM_MS = 300;
/** 50,000 messages a second. */
const JSON_MAX_US = 20;
/** The time is read once in so many messages. */
const BATCH = 64;

interface Subject {
  readonly target: Target;
  readonly messages: readonly { readonly topic: string; readonly bytes: Uint8Array }[];
  /** The messages as texts, where all are JSON. */
  readonly texts: readonly string[];
}

const isJson = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
};

function subjectOf(definition: Definition): Subject {
  const target = targetOf(definition);
  const whole = target.sources.filter(({ isRejected }) => !isRejected);
  const examples: readonly Example[] = definition.facts?.examples ?? [];
  const texts = whole.flatMap(({ name }) => examples.find((one) => one.name === name)?.text ?? []).filter(isJson);
  const messages = whole
    .filter(({ message }) => definition.transport !== "mqtt" || isJson(Buffer.from(message).toString()))
    .map(({ topic, before, message }) => ({ topic, bytes: Buffer.concat([...before, message]) }));
  return { target, messages, texts: definition.transport === "mqtt" ? texts : [] };
}

/** Microseconds of this process that one turn takes, over at least so many milliseconds; others may use the machine. */
function timeOf(work: (turn: number) => unknown, forMs: number): number {
  const from = process.cpuUsage();
  let turns = 0;
  for (;;) {
    for (const end = turns + BATCH; turns < end; turns++) work(turns);
    const { user, system } = process.cpuUsage(from);
    if (user + system >= forMs * 1_000) return (user + system) / turns;
  }
}

function measure(
  { target, messages, texts }: Subject,
  forMs: number,
): { readonly us: number; readonly parseUs: number } {
  const feed = openFeed(target);
  const us = timeOf((turn) => {
    const { topic, bytes } = messages[turn % messages.length]!;
    return feed(topic, bytes).length;
  }, forMs);
  const parseUs = texts.length === 0 ? Number.NaN : timeOf((turn) => JSON.parse(texts[turn % texts.length]!), forMs);
  return { us, parseUs };
}

/** Every protocol that there is. */
export function decodeBench({ runs }: { readonly runs: number }, say: (text: string) => void): Findings {
  const results = new Results();
  const subjects = EVERYTHING.map(subjectOf);
  for (const subject of subjects) measure(subject, WARM_MS);
  for (let run = 1; run <= runs; run++) {
    say(`run ${run} of ${runs}: decoding`);
    for (const subject of subjects) {
      const { bridge } = subject.target.definition;
      const { us, parseUs } = measure(subject, ROUND_MS);
      results.add("decode", { [`${bridge} us`]: us, [`${bridge} a second`]: 1e6 / us });
      results.add("JSON.parse", { [`${bridge} us`]: parseUs, [`${bridge} a second`]: 1e6 / parseUs });
      results.add("ratio", { [`${bridge} us`]: us / parseUs });
    }
  }
  const names = EVERYTHING.map(({ bridge }) => bridge);
  const rows = names.flatMap((name): readonly Row[] => [
    [name, `${name} us`, "us"],
    ["", `${name} a second`, "/s"],
  ]);
  const json = EVERYTHING.filter(({ transport }) => transport === "mqtt").map(({ bridge }) => bridge);
  const targets = json.map((name): Limit =>
    limit(`decode: a message of ${name}`, results.median("decode", `${name} us`), JSON_MAX_US, "us"),
  );
  return {
    results,
    subjects: [
      { name: "decode", description: "bytes to reports, as the gateway does it" },
      { name: "JSON.parse", description: "the same messages, parsed and nothing else" },
      { name: "ratio", description: "the one over the other, run by run" },
    ],
    rows,
    targets,
  };
}
