const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;

/** More bytes than this without an END are noise and thrown away. */
const FRAME_BYTES_MAX = 256;

/** RFC 1055, with an END in front too, so that noise before a packet cannot spoil it. */
export function slipEncode(packet: Uint8Array): Buffer {
  const out = [END];
  for (const byte of packet) {
    if (byte === END) out.push(ESC, ESC_END);
    else if (byte === ESC) out.push(ESC, ESC_ESC);
    else out.push(byte);
  }
  out.push(END);
  return Buffer.from(out);
}

/** Takes packets out of a byte stream. Damaged ones come out damaged: the checksum finds them. */
export class SlipReader {
  #bytes: number[] = [];
  #escaped = false;

  push(chunk: Uint8Array): Buffer[] {
    const packets: Buffer[] = [];
    for (const byte of chunk) {
      if (byte === END) {
        if (this.#bytes.length > 0) packets.push(Buffer.from(this.#bytes));
        this.reset();
      } else if (byte === ESC && !this.#escaped) {
        this.#escaped = true;
      } else {
        this.#take(byte);
      }
    }
    return packets;
  }

  /** Forgets a half-read packet. */
  reset(): void {
    this.#bytes = [];
    this.#escaped = false;
  }

  #take(byte: number): void {
    const unescaped = byte === ESC_END ? END : byte === ESC_ESC ? ESC : byte;
    this.#bytes.push(this.#escaped ? unescaped : byte);
    this.#escaped = false;
    if (this.#bytes.length > FRAME_BYTES_MAX) this.#bytes = [];
  }
}
