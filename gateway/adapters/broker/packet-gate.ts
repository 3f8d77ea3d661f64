import type { Socket } from "node:net";

/** A remaining length takes four bytes at most (MQTT 3.1.1, 2.2.3). */
const LENGTH_BYTES_MAX = 4;

export interface PacketBounds {
  /** For the first packet, before the client has proved who it is. */
  readonly connectBytesMax: number;
  readonly packetBytesMax: number;
}

/**
 * Follows a byte stream from packet to packet by the fixed headers alone, and says when one announces more than it
 * may carry. The parser behind it collects a packet until it is whole, up to 256 MB.
 */
export class PacketGate {
  #bounds: PacketBounds;
  #first = true;
  #inLength = false;
  #lengthBytes = 0;
  #length = 0;
  #bodyLeft = 0;

  constructor(bounds: PacketBounds) {
    this.#bounds = bounds;
  }

  /** The client has proved who it is, and may send larger packets than others. */
  widen(packetBytesMax: number): void {
    this.#bounds = { ...this.#bounds, packetBytesMax: Math.max(this.#bounds.packetBytesMax, packetBytesMax) };
  }

  /** What the packet at hand may carry. */
  get bytesMax(): number {
    return this.#first ? this.#bounds.connectBytesMax : this.#bounds.packetBytesMax;
  }

  /** The announced length that is too large, or null while all is well. */
  pass(bytes: Uint8Array): number | null {
    let at = 0;
    while (at < bytes.length) {
      if (this.#bodyLeft > 0) {
        const skipped = Math.min(this.#bodyLeft, bytes.length - at);
        this.#bodyLeft -= skipped;
        at += skipped;
        continue;
      }
      const byte = bytes[at++]!;
      if (!this.#inLength) this.#startLength();
      else if (!this.#addLength(byte)) return this.#length;
    }
    return null;
  }

  #startLength(): void {
    this.#inLength = true;
    this.#lengthBytes = 0;
    this.#length = 0;
  }

  #addLength(byte: number): boolean {
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes++;
    if (this.#length > this.bytesMax) return false;
    if ((byte & 0x80) !== 0) return this.#lengthBytes < LENGTH_BYTES_MAX;
    this.#inLength = false;
    this.#first = false;
    this.#bodyLeft = this.#length;
    return true;
  }
}

/**
 * Lets every read of a socket pass a gate. At a packet that is too large the socket is destroyed and the bytes go no
 * further; `refused` is told the announced length and the bound. Gives the gate.
 */
export function guardReads(
  socket: Socket,
  bounds: PacketBounds,
  refused: (bytes: number, bytesMax: number) => void,
): PacketGate {
  const gate = new PacketGate(bounds);
  const read = socket.read.bind(socket);
  socket.read = (size?: number): Buffer | null => {
    const bytes = read(size) as Buffer | null;
    if (bytes === null) return null;
    const tooLarge = gate.pass(bytes);
    if (tooLarge === null) return bytes;
    refused(tooLarge, gate.bytesMax);
    socket.destroy();
    return null;
  };
  return gate;
}
