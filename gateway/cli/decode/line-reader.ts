import { readObject } from "../../../devices/parts/text.ts";
import { readingOf } from "./bridge-names.ts";
import { candidatesFor, NOBODY } from "./guess.ts";
import { RowDecoder, UNSUPPORTED, type Answer, type DecodeOptions } from "./row-decoder.ts";
import { rowOf, type Row } from "./row.ts";

/** What is printed for one line. */
export interface LineAnswer extends Answer {
  /** Which protocol a pasted message was read as, where the line did not say it. */
  readonly takenFor?: string;
}

/** Reads lines: a row as JSON, or a message as somebody copied it from a log. */
export class LineReader {
  readonly #decoder: RowDecoder;

  constructor(options: DecodeOptions = {}) {
    this.#decoder = new RowDecoder(options);
  }

  async read(line: string): Promise<LineAnswer> {
    const fields = readObject(line);
    if (fields === null || !("bridge" in fields)) return this.#guess(line);
    if (typeof fields["bridge"] === "string" && readingOf(fields["bridge"]) === null) return UNSUPPORTED;
    const row = rowOf(fields);
    return "code" in row ? { events: [], error: row } : this.#decoder.decode(row);
  }

  /** As the first protocol that makes sense of it; where none does, as the likeliest, which then says what is wrong. */
  async #guess(line: string): Promise<LineAnswer> {
    const rows = candidatesFor(line);
    const [likeliest] = rows;
    if (!likeliest) {
      const message = "neither a row as JSON nor a message of a protocol that is known by its look";
      return { events: [], error: { code: "bad-row", message } };
    }
    let row: Row = likeliest;
    for (const one of rows) {
      const { events } = await new RowDecoder().decode(one);
      if (events.length === 0) continue;
      row = one;
      break;
    }
    const { events, ...more } = await this.#decoder.decode(row);
    const named = events.map((event) => (event.deviceId === NOBODY ? { ...event, deviceId: null } : event));
    return { events: named, ...more, takenFor: row.bridge };
  }
}
