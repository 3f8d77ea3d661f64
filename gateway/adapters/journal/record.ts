import type { Append, JournalRecord, Kept, StoredEvent } from "../../ports/journal.ts";
import { EVENT_SCHEMA } from "./schema.ts";
import type { Upcast } from "./schema.ts";
import { eventOf, textsOf, type EventTexts, type WireRecord } from "./wire.ts";

/** A record on its way to disk. */
export interface Entry {
  readonly boot: string;
  readonly n: number;
  readonly at: number;
  readonly v: number;
  /** Of its first event. */
  readonly seq: number;
  readonly texts: readonly EventTexts[];
  readonly size: number;
  readonly durable: Settling<Kept>;
  readonly released: Settling<{ readonly logged: boolean }>;
  /** Nothing to keep: see `JournalRecord.probe`. */
  readonly probe: boolean;
  /** Effects left before it was on disk. */
  early: boolean;
  /** How `early` was when it was handed to the writer. */
  sentEarly: boolean;
  /** Where it stands with the spill file. */
  spill: "none" | "writing" | "kept" | "refused";
}

/** A promise and what settles it. */
export interface Settling<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
}

export function createSettling<T>(): Settling<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** Throws a TypeError for what cannot be stored: such a record would block all after it. */
export function entryOf(record: JournalRecord, boot: string, n: number, seq: number): Entry {
  if (!Number.isFinite(record.at)) throw new TypeError("a journal record needs a time");
  const entry = createEntry(boot, n, record.at, EVENT_SCHEMA, seq, record.events.map(textsOf));
  return record.probe === true ? { ...entry, probe: true } : entry;
}

function createEntry(boot: string, n: number, at: number, v: number, seq: number, texts: readonly EventTexts[]): Entry {
  let size = 0;
  for (const [kind, body, person, personal] of texts)
    size += kind.length + body.length + (person?.length ?? 0) + (personal?.length ?? 0);
  const durable = createSettling<Kept>();
  const released = createSettling<{ readonly logged: boolean }>();
  return {
    boot,
    n,
    at,
    v,
    seq,
    texts,
    size,
    durable,
    released,
    probe: false,
    early: false,
    sentEarly: false,
    spill: "none",
  };
}

export const appendOf = (entry: Entry): Append => ({
  durable: entry.durable.promise,
  released: entry.released.promise,
});

/** The writer lives and the disk takes nothing: an answer. The newest probe stays in line, to try the disk with. */
export function answerProbes(waiting: Entry[]): void {
  const probes = waiting.filter((entry) => entry.probe);
  for (const { released, durable } of probes) {
    released.resolve({ logged: false });
    durable.resolve("refused");
  }
  for (const probe of probes.slice(0, -1)) waiting.splice(waiting.indexOf(probe), 1);
}

export function wireOf(entry: Entry): WireRecord {
  return [entry.boot, entry.n, entry.at, entry.v, entry.early ? 1 : 0, entry.seq, ...entry.texts];
}

/** The text of an entry in the spill file. Its seq is left out: it is given when it is folded in. */
export const spillTextOf = (entry: Entry): string =>
  JSON.stringify([entry.boot, entry.n, entry.at, entry.v, ...entry.texts]);

/** Reads a text of the spill file as an entry of `seq`; null when it is none. */
export function entryOfSpill(text: string, seq: number): Entry | null {
  const [boot, n, at, v, ...texts] = JSON.parse(text) as [string, number, number, number, ...EventTexts[]];
  if (typeof boot !== "string" || typeof n !== "number" || typeof at !== "number" || typeof v !== "number") return null;
  return { ...createEntry(boot, n, at, v, seq, texts), early: true, spill: "kept" };
}

/** What listeners and readers get: personal data left out. */
export function storedEventsOf(entry: Entry): StoredEvent[] {
  return entry.texts.map(([kind, body], index) => {
    const event = eventOf([kind, body, null, null]);
    return { seq: entry.seq + index, at: entry.at, notLogged: entry.early, event };
  });
}

/** The events of an entry with personal data, brought to the present schema version. */
export function storedEventsFullOf(entry: Entry, upcast: Upcast): StoredEvent[] {
  return entry.texts.map((texts, index) => {
    const event = upcast(entry.v, eventOf(texts));
    return { seq: entry.seq + index, at: entry.at, notLogged: entry.early, event };
  });
}
