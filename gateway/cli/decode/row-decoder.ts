import { SERIAL_PROTOCOLS, TCP_PROTOCOLS } from "../../../devices/catalogue.ts";
import type { Decoded, SerialDefinition, TcpDefinition } from "../../core/definition.ts";
import type { Report } from "../../core/report.ts";
import type { EpochMs } from "../../core/units.ts";
import { readingOf, type Reading } from "./bridge-names.ts";
import { ByteStream } from "./byte-stream.ts";
import { PressFilter } from "./press-filter.ts";
import { RowClock } from "./row-clock.ts";
import { loadCodec } from "./payload-codecs.ts";
import { eventsOf, isLive, type EventOptions, type RowEvent } from "./row-events.ts";
import type { Fault, Row } from "./row.ts";
import { TopicReader } from "./topic-reader.ts";

export interface DecodeOptions extends EventOptions {
  /** Only presses that the gateway would count: no copies, no signs of life. */
  readonly presses?: boolean;
}

/** What one row said. */
export interface Answer {
  readonly events: readonly RowEvent[];
  /** Nothing here reads messages of its bridge. */
  readonly unsupported?: true;
  /** Nothing of it could be read. */
  readonly error?: Fault;
}

export const UNSUPPORTED: Answer = { events: [], unsupported: true };

/** What is remembered of one bridge, or of one connection where rows name theirs. */
interface Session {
  readonly clock: RowClock;
  readonly read: (row: Row, now: EpochMs) => readonly Decoded[] | Promise<readonly Decoded[]>;
  readonly transport: Report["transport"];
  readonly presses: PressFilter | null;
}

/** Sessions kept; beyond it the one opened first is forgotten, as if its connection were made anew. */
const SESSIONS_MAX = 1_024;

/** Reads rows in their order. What one bridge said is remembered for its next row: logins, halves of frames, presses. */
export class RowDecoder {
  readonly #options: DecodeOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #topics = new TopicReader();
  #rows = 0;

  constructor(options: DecodeOptions = {}) {
    this.#options = options;
  }

  async decode(row: Row): Promise<Answer> {
    this.#rows += 1;
    const reading = readingOf(row.bridge, row.topic);
    if (reading === null) return UNSUPPORTED;
    const session = await this.#sessionFor(row, reading);
    const now = session.clock.timeOf(row, this.#rows);
    const decoded = await session.read(row, now);
    const events = decoded.flatMap((one) => eventsOf(this.#counted(one, row, session, now), row, this.#options));
    const refused = decoded.find(({ type }) => type === "rejected");
    const isRefused = refused?.type === "rejected" && decoded.every(({ type }) => type === "rejected");
    return isRefused ? { events, error: { code: refused.code, message: refused.message } } : { events };
  }

  /** With `presses`, the message without all that is no press or a copy of one. */
  #counted(decoded: Decoded, row: Row, { presses, transport }: Session, now: EpochMs): Decoded {
    if (presses === null || decoded.type === "rejected") return decoded;
    const reports = isLive(row) ? presses.take(row.bridge, transport, decoded, now) : [];
    return { type: "reports", reports };
  }

  async #sessionFor(row: Row, reading: Reading): Promise<Session> {
    // What a host writes is another stream than what it hears.
    const id = JSON.stringify([reading, row.connection, row.isFromHost]);
    const known = this.#sessions.get(id);
    if (known) return known;
    const session = {
      clock: new RowClock(),
      presses: this.#options.presses === true ? new PressFilter() : null,
      ...(await this.#open(reading)),
    };
    this.#sessions.set(id, session);
    if (this.#sessions.size > SESSIONS_MAX) this.#sessions.delete(this.#sessions.keys().next().value!);
    return session;
  }

  async #open(reading: Reading): Promise<Pick<Session, "read" | "transport">> {
    switch (reading.by) {
      case "serial":
        return streamOf(await SERIAL_PROTOCOLS[reading.name].load());
      case "tcp": {
        const protocols: Readonly<Record<string, { load(): Promise<TcpDefinition> }>> = TCP_PROTOCOLS;
        return streamOf(await protocols[reading.name]!.load());
      }
      case "bridge": {
        const { name } = reading;
        return { transport: "mqtt", read: async (row) => [await this.#topics.read(name, row.topic, row.payload)] };
      }
      case "codec": {
        const read = await loadCodec(reading.name);
        return { transport: "mqtt", read: (row) => [read(row)] };
      }
      case "own": {
        const { mqttDefinition } = await import("../../../devices/mqtt/okc.ts");
        return { transport: "mqtt", read: (row) => [mqttDefinition.decode(row.topic, row.payload)] };
      }
    }
  }
}

function streamOf(definition: SerialDefinition | TcpDefinition): Pick<Session, "read" | "transport"> {
  const stream = new ByteStream(definition);
  return { transport: definition.transport, read: (row, now) => stream.read(row.payload, now) };
}
