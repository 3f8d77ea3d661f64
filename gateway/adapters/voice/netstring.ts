/** One netstring: the length in digits, a colon, the text, a comma. */
export const netstringOf = (text: string): string => `${Buffer.byteLength(text)}:${text},`;

/** More digits than any message of baresip has. */
const DIGITS_MAX = 7;

/** Reads netstrings from a stream. What is none, or longer than `maxBytes`, is an error: the stream cannot be followed any more. */
export class NetstringReader {
  readonly #maxBytes: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @throws {RangeError} when this is no netstring. */
  push(bytes: Buffer): string[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const texts: string[] = [];
    for (;;) {
      const colon = this.#rest.indexOf(":");
      if (colon === -1 && this.#rest.length <= DIGITS_MAX) return texts;
      const digits = this.#rest.subarray(0, Math.max(0, colon)).toString("latin1");
      if (!/^\d{1,7}$/.test(digits) || Number(digits) > this.#maxBytes) throw new RangeError("no netstring");
      const end = colon + 1 + Number(digits);
      if (this.#rest.length <= end) return texts;
      if (this.#rest[end] !== 0x2c) throw new RangeError("a netstring without its comma");
      texts.push(this.#rest.subarray(colon + 1, end).toString("utf8"));
      this.#rest = this.#rest.subarray(end + 1);
    }
  }
}
