/** No reply of DC-09 comes near this; what grows past it without a CR is thrown away. */
export const REPLY_BYTES_MAX = 1_024;

const CR = 0x0d;

/** A NAK or DUH of receivers that send nothing around it, not even CR: nothing more is to come. */
const BARE = /^[\s\0]*(NAK|DUH)$/;

/** Cuts what a receiver sends into replies. Holds at most `REPLY_BYTES_MAX` bytes. */
export class ReplyReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The replies that are complete now; blank ones (only LF CR) come as they are. */
  push(chunk: Buffer): Buffer[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const replies: Buffer[] = [];
    for (let end = bytes.indexOf(CR); end >= 0; end = bytes.indexOf(CR)) {
      replies.push(bytes.subarray(0, end + 1));
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > 0 && (bytes.length > REPLY_BYTES_MAX || BARE.test(bytes.toString("latin1")))) {
      replies.push(bytes.subarray(0, REPLY_BYTES_MAX));
      bytes = bytes.subarray(bytes.length);
    }
    this.#rest = bytes.length === 0 ? bytes : Buffer.from(bytes);
    return replies;
  }

  /** Gives up waiting for a CR: what is left, as a reply. */
  flush(): Buffer | null {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return rest.length === 0 ? null : rest;
  }
}
