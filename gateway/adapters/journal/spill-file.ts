import { randomBytes } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { reasonOf } from "./journal-error.ts";
import { deriveKey, KEY_BYTES, SEAL_BYTES, seal, unseal } from "./sealing.ts";

export const SPILL_FILE = "spill.bin";
export const SPILL_BYTES = 8 * 1024 * 1024;

/** Marks the file: form 1. */
const MAGIC = Buffer.from("OKCSPIL1", "ascii");
const SALT_BYTES = KEY_BYTES;
const HEADER_BYTES = MAGIC.length + SALT_BYTES;
const LENGTH_BYTES = 4;
const FILL_BYTES = 1024 * 1024;

interface Pending {
  readonly text: string;
  resolve(kept: boolean): void;
}

/**
 * Where records go while the database does not take them: a file of fixed size, written ahead so that a full disk has
 * room in it. Header (magic, salt), then records: length u32be, AES-256-GCM of the text under a key derived from the
 * key file and the salt, bound to the record's number; the tag is the checksum. A clear writes a new salt, so what is
 * left of older records neither passes for new ones nor can ever be read.
 *
 * Bound: `bytes`. A record that finds no room is refused (`add` gives false).
 */
export class SpillFile {
  readonly #file: string;
  readonly #bytes: number;
  #handle: FileHandle | null = null;
  #master: Uint8Array = new Uint8Array();
  #key: Uint8Array = new Uint8Array();
  #end = HEADER_BYTES;
  #count = 0;
  #pending: Pending[] = [];
  /** Everything that touches the file, one after the other. */
  #work: Promise<void> = Promise.resolve();
  /** Why the file could not be made or written last; null when it could. */
  trouble: string | null = null;

  constructor(file: string, bytes: number) {
    this.#file = file;
    this.#bytes = bytes;
  }

  /**
   * Opens or makes the file and gives the records in it, in order. Making it (writing it full) goes on afterwards.
   * Never rejects: a gateway without a spill is better than none; `trouble` says why.
   */
  async open(master: Uint8Array): Promise<string[]> {
    this.#master = master;
    try {
      this.#handle = await open(this.#file, "r+").catch(() => open(this.#file, "wx+", 0o600));
      const texts = await this.#read(this.#handle);
      this.#queue((handle) => this.#fill(handle));
      return texts;
    } catch (error) {
      this.trouble = reasonOf(error);
      await this.#handle?.close();
      this.#handle = null;
      return [];
    }
  }

  /** Resolves true when the text is on disk, false when it has no room or the disk refuses. Never rejects. */
  add(text: string): Promise<boolean> {
    return new Promise((resolve) => {
      this.#pending.push({ text, resolve });
      // One write and one sync serve all that came meanwhile.
      if (this.#pending.length === 1) this.#queue((handle) => this.#write(handle));
    });
  }

  /** Forgets all records. Resolves false when the disk refuses; the records then stay and are known by their number. */
  clear(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#queue(async (handle) => resolve(handle !== null && (await this.#begin(handle))));
    });
  }

  /** Waits for what was begun, then closes. */
  async close(): Promise<void> {
    await this.#work;
    await this.#handle?.close();
    this.#handle = null;
  }

  #queue(work: (handle: FileHandle | null) => Promise<void>): void {
    this.#work = this.#work.then(() => work(this.#handle));
  }

  async #read(handle: FileHandle): Promise<string[]> {
    const header = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await handle.read(header, 0, HEADER_BYTES, 0);
    if (bytesRead < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) {
      if (!(await this.#begin(handle))) throw new Error(this.trouble ?? "the spill file cannot be written");
      return [];
    }
    this.#key = deriveKey(this.#master, "spill", header.subarray(MAGIC.length));
    return this.#readRecords(handle);
  }

  async #readRecords(handle: FileHandle): Promise<string[]> {
    const { size } = await handle.stat();
    const texts: string[] = [];
    const prefix = Buffer.alloc(LENGTH_BYTES);
    for (let at = HEADER_BYTES, count = 0; at + LENGTH_BYTES + SEAL_BYTES <= size; count++) {
      await handle.read(prefix, 0, LENGTH_BYTES, at);
      const length = prefix.readUInt32BE(0);
      if (length < SEAL_BYTES || at + LENGTH_BYTES + length > size) break;
      const sealed = Buffer.alloc(length);
      await handle.read(sealed, 0, length, at + LENGTH_BYTES);
      const text = unseal(this.#key, sealed, `spill ${count}`);
      at += LENGTH_BYTES + length;
      // What does not open is a leftover of before the last clear, or damaged; a readable one may still follow.
      if (!text) continue;
      texts.push(text.toString("utf8"));
      this.#end = at;
      this.#count = count + 1;
    }
    return texts;
  }

  /** Takes the room on disk now, while there is some. */
  async #fill(handle: FileHandle | null): Promise<void> {
    try {
      const { size } = (await handle?.stat()) ?? { size: this.#bytes };
      const zeros = Buffer.alloc(FILL_BYTES);
      for (let at = size; at < this.#bytes; at += FILL_BYTES)
        if (handle) await writeAll(handle, zeros.subarray(0, Math.min(FILL_BYTES, this.#bytes - at)), at);
      if (size < this.#bytes) await handle?.sync();
    } catch (error) {
      this.trouble = reasonOf(error);
    }
  }

  async #write(handle: FileHandle | null): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    const { chunks, kept, length } = this.#sealAll(pending);
    let written = handle !== null;
    try {
      if (handle && chunks.length > 0) {
        await writeAll(handle, Buffer.concat(chunks), this.#end);
        await handle.datasync();
        this.trouble = null;
      }
    } catch (error) {
      written = false;
      this.trouble = reasonOf(error);
    }
    if (written) {
      this.#end += length;
      this.#count += chunks.length;
    }
    pending.forEach(({ resolve }, index) => resolve(written && kept[index] === true));
  }

  #sealAll(pending: readonly Pending[]): { chunks: Buffer[]; kept: boolean[]; length: number } {
    const chunks: Buffer[] = [];
    let length = 0;
    const kept = pending.map(({ text }) => {
      const sealed = seal(this.#key, text, `spill ${this.#count + chunks.length}`);
      if (this.#end + length + LENGTH_BYTES + sealed.length > this.#bytes) return false;
      const prefix = Buffer.alloc(LENGTH_BYTES);
      prefix.writeUInt32BE(sealed.length);
      chunks.push(Buffer.concat([prefix, sealed]));
      length += LENGTH_BYTES + sealed.length;
      return true;
    });
    return { chunks, kept, length };
  }

  /** Starts an empty file under a new salt. */
  async #begin(handle: FileHandle): Promise<boolean> {
    const salt = randomBytes(SALT_BYTES);
    try {
      await writeAll(handle, Buffer.concat([MAGIC, salt]), 0);
      await handle.datasync();
    } catch (error) {
      this.trouble = reasonOf(error);
      return false;
    }
    this.#key = deriveKey(this.#master, "spill", salt);
    this.#end = HEADER_BYTES;
    this.#count = 0;
    return true;
  }
}

/** A full disk shows as a write that took less than it was given. */
async function writeAll(handle: FileHandle, bytes: Buffer, at: number): Promise<void> {
  const { bytesWritten } = await handle.write(bytes, 0, bytes.length, at);
  if (bytesWritten < bytes.length) throw new Error("no space left on the disk");
}
