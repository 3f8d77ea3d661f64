/** A line longer than this is noise: the longest PDU has 352 characters. */
export const LINE_CHARS_MAX = 1_024;

export type AtToken = { readonly kind: "line"; readonly text: string } | { readonly kind: "prompt" };

/**
 * Cuts what a modem says into lines, whatever pieces it comes in. Empty lines, bytes that are no printable ASCII (a
 * modem that starts sends zeros) and lines beyond `LINE_CHARS_MAX` are dropped. A `>` at the beginning of a line is the
 * question for a PDU: no line end follows it (3GPP TS 27.005, 4.3).
 */
export class AtReader {
  #line = "";
  #tooLong = false;

  push(bytes: Uint8Array): AtToken[] {
    const tokens: AtToken[] = [];
    for (const byte of bytes) {
      if (byte === 0x0d || byte === 0x0a) this.#end(tokens);
      else if (byte === 0x3e && this.#line.trim() === "" && !this.#tooLong) {
        this.#line = "";
        tokens.push({ kind: "prompt" });
      } else if (byte >= 0x20 && byte < 0x7f) this.#add(byte);
    }
    return tokens;
  }

  /** A fresh port or a restarted modem: what is half read belongs to the life before. */
  reset(): void {
    this.#line = "";
    this.#tooLong = false;
  }

  #add(byte: number): void {
    if (this.#line.length >= LINE_CHARS_MAX) this.#tooLong = true;
    else this.#line += String.fromCharCode(byte);
  }

  #end(tokens: AtToken[]): void {
    const text = this.#line.trim();
    if (text !== "" && !this.#tooLong) tokens.push({ kind: "line", text });
    this.reset();
  }
}
