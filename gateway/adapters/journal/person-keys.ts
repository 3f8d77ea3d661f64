import { randomBytes } from "node:crypto";
import type Database from "better-sqlite3";
import { deriveKey, KEY_BYTES, seal, unseal } from "./sealing.ts";
import type { PersonKey } from "./wire.ts";

/** The journal's own key, for snapshots. */
export const JOURNAL_ITSELF = "";
/** Opened keys kept in memory; past this many all are forgotten and read again. */
const KEPT_MAX = 20_000;

const wrappingOf = (key: Uint8Array): Buffer => deriveKey(key, "person keys");

/** Opens one person's key without a database; null when it was not wrapped under this key file. */
export const openWrapped = (key: Uint8Array, person: string, wrapped: Uint8Array): Buffer | null =>
  unseal(wrappingOf(key), wrapped, person);

/** The keys of people, each wrapped under the key file. */
export class PersonKeys {
  readonly #wrapping: Buffer;
  readonly #kept = new Map<string, Buffer>();
  /** Made in the running transaction: forgotten again when it fails. */
  #fresh: string[] = [];
  readonly #select: Database.Statement<[string], PersonKey[1]>;
  readonly #insert: Database.Statement<[string, Uint8Array]>;

  constructor(db: Database.Database, key: Uint8Array) {
    this.#wrapping = wrappingOf(key);
    this.#select = db.prepare<[string], Uint8Array>("SELECT wrapped FROM person_key WHERE person = ?").pluck();
    this.#insert = db.prepare("INSERT INTO person_key (person, wrapped) VALUES (?, ?)");
  }

  /** The key of a person, null when it was forgotten or does not open under this key file. */
  find(person: string): Buffer | null {
    const kept = this.#kept.get(person);
    if (kept) return kept;
    const wrapped = this.#select.get(person);
    const key = wrapped ? unseal(this.#wrapping, wrapped, person) : null;
    if (key) this.#keep(person, key);
    return key;
  }

  has(person: string): boolean {
    return this.#select.get(person) !== undefined;
  }

  /** The key of a person, made when there is none. */
  obtain(person: string): Buffer {
    const found = this.find(person);
    if (found) return found;
    const key = randomBytes(KEY_BYTES);
    this.#insert.run(person, seal(this.#wrapping, key, person));
    this.#fresh.push(person);
    this.#keep(person, key);
    return key;
  }

  settle(committed: boolean): void {
    if (!committed) for (const person of this.#fresh) this.#kept.delete(person);
    this.#fresh = [];
  }

  forget(...people: readonly string[]): void {
    for (const person of people) this.#kept.delete(person);
  }

  #keep(person: string, key: Buffer): void {
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    this.#kept.set(person, key);
  }
}
