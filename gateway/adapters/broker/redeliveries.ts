import { createHash } from "node:crypto";

/** Messages remembered; the oldest is forgotten, and its redelivery would be heard anew. */
const REMEMBERED_MAX = 256;

interface Packet {
  readonly qos: number;
  readonly dup: boolean;
  readonly messageId?: number | undefined;
  readonly topic: string;
  readonly payload: string | Uint8Array;
}

/**
 * Knows a message that MQTT delivers a second time because its acknowledgement was lost. Only needed where the
 * message itself has no counter: the wearer of a device that has one must be answered again.
 */
export class Redeliveries {
  readonly #heard = new Map<string, Promise<unknown>>();

  /** What was done about the same message, when this is a second delivery of it; null: it has to be heard. */
  earlier(from: string, packet: Packet): Promise<unknown> | null {
    return packet.dup && packet.qos > 0 ? (this.#heard.get(nameOf(from, packet)) ?? null) : null;
  }

  /** `done` settles when the message is durable. */
  note(from: string, packet: Packet, done: Promise<unknown>): void {
    if (packet.qos === 0) return;
    const name = nameOf(from, packet);
    this.#heard.delete(name);
    this.#heard.set(name, done);
    if (this.#heard.size > REMEMBERED_MAX) this.#heard.delete(this.#heard.keys().next().value!);
  }
}

const nameOf = (from: string, { messageId, topic, payload }: Packet): string =>
  `${from} ${messageId} ${topic} ${createHash("sha256").update(payload).digest("base64")}`;
