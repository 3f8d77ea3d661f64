/** Rows by name. Values are never changed in place. */
export interface Table<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  values(): Iterable<Value>;
}

/** In memory; whoever keeps an agenda is told of each row that is set. */
export class MapTable<Value> implements Table<Value> {
  readonly #map: Map<string, Value>;
  readonly #onSet: (key: string, value: Value, before?: Value) => void;

  constructor(entries: Iterable<readonly [string, Value]>, onSet: (key: string, value: Value, before?: Value) => void) {
    this.#map = new Map(entries);
    this.#onSet = onSet;
  }

  get(key: string): Value | undefined {
    return this.#map.get(key);
  }

  set(key: string, value: Value): void {
    const before = this.#map.get(key);
    this.#map.set(key, value);
    this.#onSet(key, value, before);
  }

  delete(key: string): void {
    this.#map.delete(key);
  }

  values(): Iterable<Value> {
    return this.#map.values();
  }

  entries(): [string, Value][] {
    return [...this.#map];
  }
}
