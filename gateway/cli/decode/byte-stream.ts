import { UNNAMED, type Decoded, type KeyOf, type SerialDefinition, type TcpDefinition } from "../../core/definition.ts";
import type { EpochMs } from "../../core/units.ts";

type StreamDefinition = SerialDefinition | TcpDefinition;

/** One connection or line, from its opening. */
type Line = (bytes: Uint8Array, now: EpochMs) => readonly Decoded[];

/** Rows remembered to find the login in; a login further back is forgotten with a half that is dropped. */
const ROWS_KEPT = 64;

const NO_KEYS: KeyOf = () => undefined;

/**
 * The rows of one serial line or connection, in their order, as one stream: a login is remembered, a frame may begin
 * in one row and end in the next.
 *
 * Collections of samples hold messages of many connections in one file, and half a frame among them would swallow the
 * next one. Therefore a row that gives nothing whole after what came before it, and that is whole when it is read alone,
 * is read alone; what was half read before it is dropped, and the login stays.
 */
export class ByteStream {
  readonly #definition: StreamDefinition;
  #line: Line;
  #rows: Uint8Array[] = [];

  constructor(definition: StreamDefinition) {
    this.#definition = definition;
    this.#line = openLine(definition);
  }

  read(bytes: Uint8Array, now: EpochMs): readonly Decoded[] {
    const decoded = this.#line(bytes, now);
    if (isWhole(decoded)) return this.#keep(bytes, decoded);
    if (!isWhole(openLine(this.#definition)(bytes, now))) return decoded;
    this.#line = openLine(this.#definition);
    this.#logIn(now);
    return this.#keep(bytes, this.#line(bytes, now));
  }

  #keep(bytes: Uint8Array, decoded: readonly Decoded[]): readonly Decoded[] {
    this.#rows.push(bytes);
    if (this.#rows.length > ROWS_KEPT) this.#rows = this.#rows.slice(-ROWS_KEPT / 2);
    return decoded;
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
