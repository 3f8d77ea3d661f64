import type { ButtonOptions } from "./button.ts";
import { Button } from "./button.ts";
import type { ButtonReport } from "./unheard.ts";
import { decodePacket, encodeReport, sayOf, tagIsRight, TYPE } from "./wire.ts";

/** Where a pendant's packets go: the dongle in reach. */
export type Antenna = (packet: Buffer) => void;

/** A native pendant on our own radio, docs/protocol.md. Out of reach of a dongle its packets are lost. */
export class Pendant extends Button {
  readonly id: number;
  readonly #key: Uint8Array;
  #antenna: Antenna | null = null;

  /** `key`: 16 bytes. */
  constructor(id: number, key: Uint8Array, options: ButtonOptions = {}) {
    super(id.toString(16).padStart(8, "0"), options);
    if (key.length !== 16) throw new Error(`pendant ${this.name}: its key has ${key.length} bytes, 16 are needed`);
    this.id = id;
    this.#key = key;
  }

  /** Comes into reach of a dongle, or leaves it (null). */
  reach(antenna: Antenna | null): void {
    this.#antenna = antenna;
  }

  /** Takes an answer from the air. False: not for this pendant, or its tag is wrong; then nothing happens. */
  receive(bytes: Uint8Array): boolean {
    const packet = decodePacket(bytes);
    if (!packet || packet.type !== TYPE.answer || packet.id !== this.id) return false;
    const say = sayOf(packet);
    if (!say || !tagIsRight(packet, this.#key)) return false;
    this.tell(packet.counter, say);
    return true;
  }

  protected override transmit(report: ButtonReport, ageMs: number): void {
    const { counter, kind } = report;
    this.#antenna?.(encodeReport({ id: this.id, counter, kind, batteryPct: this.batteryPct, ageMs }, this.#key));
  }
}
