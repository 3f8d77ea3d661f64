import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";

/** MQTT 3.1.1, as much of it as a pendant needs: a whole client library would cost the bench more than the gateway. */

const TYPE = { connect: 1, connack: 2, publish: 3, puback: 4, suback: 9 } as const;
const KEEP_ALIVE_S = 600;
/** The name in the certificate of a bench's gateway. */
export const TLS_NAME = "localhost";

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

/** Section 2.2: type and flags, the remaining length in sevens, the rest. */
function packet(head: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  for (let left = body.length; length.length === 0 || left > 0; left >>= 7)
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  return Buffer.concat([Buffer.from([head, ...length]), body]);
}

const number = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

export interface LineOptions {
  /** The certificate to expect; absent or null: plain TCP. */
  readonly ca?: string | null;
  /** Called when the password was taken. */
  readonly admitted?: () => void;
}

/** One pendant's connection. */
export class MqttLine {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, () => void>();
  #rest: Buffer = Buffer.alloc(0);
  #lastId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => this.#hear(bytes));
  }

  /** Connects and subscribes; rejects when either is refused. */
  static async open(
    port: number,
    id: string,
    password: string | null,
    topic: string,
    { ca = null, admitted = () => undefined }: LineOptions = {},
  ): Promise<MqttLine> {
    const to = { port, host: "127.0.0.1", noDelay: true };
    const socket = ca === null ? connect(to) : connectTls({ ...to, ca, servername: TLS_NAME }).setNoDelay();
    await once(socket, ca === null ? "connect" : "secureConnect");
    const line = new MqttLine(socket);
    const flags = password === null ? 0x02 : 0xc2;
    const login = password === null ? [] : [text(id), text(password)];
    const head = Buffer.from([4, flags, KEEP_ALIVE_S >> 8, KEEP_ALIVE_S & 0xff]);
    const connack = line.#answer(TYPE.connack << 16);
    socket.write(packet(TYPE.connect << 4, text("MQTT"), head, text(id), ...login));
    await connack;
    admitted();
    const suback = line.#answer((TYPE.suback << 16) | 1);
    socket.write(packet(0x82, number(1), text(topic), Buffer.from([1])));
    await suback;
    return line;
  }

  /** Publishes at QoS 1; resolves on PUBACK, never when the connection is cut before. */
  publish(topic: string, payload: string): Promise<void> {
    const id = ++this.#lastId;
    const acknowledged = new Promise<void>((resolve) => this.#waiting.set((TYPE.puback << 16) | id, resolve));
    this.#socket.write(packet(0x32, text(topic), number(id), Buffer.from(payload)));
    return acknowledged;
  }

  cut(): void {
    this.#socket.destroy();
  }

  /** As when the power of a whole building's access points fails: the peer gets a reset where the socket can send one. */
  reset(): void {
    if (this.#socket instanceof TLSSocket) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  #answer(key: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once("close", () => reject(new Error("the broker closed the connection")));
      this.#waiting.set(key, resolve);
    });
  }

  #hear(bytes: Buffer): void {
    let buffer = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    for (;;) {
      const size = sizeOf(buffer);
      if (size === null || buffer.length < size.whole) break;
      this.#take(buffer[0]! >> 4, buffer.subarray(size.head, size.whole));
      buffer = buffer.subarray(size.whole);
    }
    this.#rest = buffer;
  }

  #take(type: number, body: Buffer): void {
    if (type === TYPE.publish) return this.#acknowledge(body);
    if (type === TYPE.connack && body[1] !== 0) return void this.#socket.destroy();
    const key = type === TYPE.connack ? type << 16 : (type << 16) | body.readUInt16BE(0);
    this.#waiting.get(key)?.();
    this.#waiting.delete(key);
  }

  /** What the gateway says comes at QoS 1 too. */
  #acknowledge(body: Buffer): void {
    const at = 2 + body.readUInt16BE(0);
    this.#socket.write(packet(TYPE.puback << 4, body.subarray(at, at + 2)));
  }
}

/** How many bytes the packet in front has; null while its length is not there yet. */
function sizeOf(buffer: Buffer): { readonly head: number; readonly whole: number } | null {
  let length = 0;
  for (let at = 1; at <= 4; at++) {
    const byte = buffer[at];
    if (byte === undefined) return null;
    length |= (byte & 0x7f) << (7 * (at - 1));
    if (byte < 0x80) return { head: at + 1, whole: at + 1 + length };
  }
  throw new Error("a packet longer than MQTT allows");
}
