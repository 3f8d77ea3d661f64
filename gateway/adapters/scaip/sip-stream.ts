import { BODY_BYTES_MAX, contentLength, HEAD_BYTES_MAX, headEnd, readHead } from "./sip-message.ts";
import type { SipMessage } from "./sip-message.ts";

/** What came out of a stream. `ping`: two line ends, which ask for one (RFC 5626, section 4.4.1). */
export type StreamItem = SipMessage | { readonly type: "ping" } | { readonly type: "broken"; readonly why: string };

/** Cuts a byte stream into messages. After `broken` the place of the next message is unknown: end the connection. */
export class SipStream {
  #bytes: Buffer = Buffer.alloc(0);
  #broken = false;

  push(chunk: Buffer): readonly StreamItem[] {
    const items: StreamItem[] = [];
    if (this.#broken) return items;
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    for (let item = this.#next(); item; item = this.#next()) {
      items.push(item);
      if (item.type === "broken") this.#broken = true;
      if (this.#broken) this.#bytes = Buffer.alloc(0);
    }
    return items;
  }

  #next(): StreamItem | null {
    if (this.#broken) return null;
    if (this.#bytes.length >= 4 && this.#bytes.toString("latin1", 0, 4) === "\r\n\r\n") {
      this.#bytes = this.#bytes.subarray(4);
      return { type: "ping" };
    }
    // A single line end is the answer to a ping of ours, or ends a body that was told one line too short.
    if (this.#bytes.length >= 3 && /^\r\n[^\r]/s.test(this.#bytes.toString("latin1", 0, 3)))
      this.#bytes = this.#bytes.subarray(2);
    const end = headEnd(this.#bytes);
    if (!end) return this.#bytes.length > HEAD_BYTES_MAX ? { type: "broken", why: "a head without end" } : null;
    const head = readHead(this.#bytes.subarray(0, end.head));
    if (head.type === "unreadable") return { type: "broken", why: head.why };
    // Section 18.3 demands it on a stream; where it is missing, no body can be told from the next message.
    const length = contentLength(head.headers) ?? 0;
    if (length === "wrong" || length > BODY_BYTES_MAX)
      return { type: "broken", why: "a body of unknown or too much length" };
    if (this.#bytes.length < end.body + length) return null;
    const body = Buffer.from(this.#bytes.subarray(end.body, end.body + length));
    this.#bytes = this.#bytes.subarray(end.body + length);
    return { ...head, body };
  }
}
