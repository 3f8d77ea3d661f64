import { UNNAMED, type Decoded, type KeyOf, type SerialDefinition, type TcpDefinition } from "../../core/definition.ts";
import type { EpochMs } from "../../core/units.ts";

type StreamDefinition = SerialDefinition | TcpDefinition;

/** One connection or line, from its opening. */
type Line = (bytes: Uint8Array, now: EpochMs) => readonly Decoded[];

/** Rows remembered to find the login in; a login further back is forgotten with a half that is dropped. */
const ROWS_KEPT = 64;
/** What ends a message of the text protocols over TCP. Collections of samples leave it out. */
const ENDS = ["\r\n", ";", "#"].map((end) => Buffer.from(end));

const NO_KEYS: KeyOf = () => undefined;

/**
 * The rows of one serial line or connection, in their order, as one stream: a login is remembered, a frame may begin
 * in one row and end in the next.
 *
 * Collections of samples hold messages of many connections in one file, so that a row may be garbage which swallows
 * the next one, or a message without its end. Therefore: a row that is whole when read alone (or, over TCP, with the
 * end that its protocol wants, where it has none) is read alone, and what was half read before it is dropped.
 * A row that names its connection is read as the connection brings it, without an end that it does not have.
 */
export class ByteStream {
  readonly #definition: StreamDefinition;
  readonly #isNamed: boolean;
  #line: Line;
  #rows: Uint8Array[] = [];

  constructor(definition: StreamDefinition, isNamed: boolean) {
    this.#definition = definition;
    this.#isNamed = isNamed;
    this.#line = openLine(definition);
  }

  read(bytes: Uint8Array, now: EpochMs): readonly Decoded[] {
    const decoded = this.#line(bytes, now);
    if (isWhole(decoded)) return this.#keep(bytes, decoded);
    const alone = this.#alone(bytes, now);
    if (alone === null) return decoded;
    this.#line = openLine(this.#definition);
    this.#logIn(now);
    return this.#keep(alone, this.#line(alone, now));
  }

  #keep(bytes: Uint8Array, decoded: readonly Decoded[]): readonly Decoded[] {
    this.#rows.push(bytes);
    if (this.#rows.length > ROWS_KEPT) this.#rows = this.#rows.slice(-ROWS_KEPT / 2);
    return decoded;
  }

  /** The row as it is whole without what came before it; null: it is not. */
  #alone(bytes: Uint8Array, now: EpochMs): Uint8Array | null {
    const mayLackItsEnd = this.#definition.transport === "tcp" && !this.#isNamed && isText(bytes);
    for (const end of [new Uint8Array(0), ...(mayLackItsEnd ? ENDS : [])]) {
      const whole = Buffer.concat([bytes, end]);
      if (isWhole(openLine(this.#definition)(whole, now))) return whole;
    }
    return null;
  }

  /** Says again who the device is. */
  #logIn(now: EpochMs): void {
    if (this.#definition.transport === "serial") return;
    const login = this.#rows.findLast((row) => openLine(this.#definition)(row, now).some(isNaming));
    if (login) this.#line(login, now);
  }
}

function openLine(definition: StreamDefinition): Line {
  if (definition.transport === "tcp") {
    const session = definition.createSession();
    return (bytes, now) => session.push(bytes, now).map(({ decoded }) => decoded);
  }
  const framer = definition.createFramer();
  return (bytes) =>
    framer
      .push(bytes)
      .map((piece) =>
        "frame" in piece ? definition.decode(piece.frame, NO_KEYS) : { type: "rejected", ...piece.rejected },
      );
}

const isWhole = (decoded: readonly Decoded[]): boolean =>
  decoded.length > 0 && decoded.every(({ type }) => type !== "rejected");

const isNaming = (decoded: Decoded): boolean =>
  decoded.type === "reports" && decoded.reports.some(({ address }) => address !== UNNAMED);

const isText = (bytes: Uint8Array): boolean => bytes.every((byte) => byte >= 0x20 && byte !== 0x7f);
