const DEADLINE_MS = 5_000;

/** Things that happen, in order, and a way to wait for one. A wait past its deadline says what was there instead. */
export class Inbox<Item> {
  readonly items: Item[] = [];
  readonly #name: string;
  readonly #waiting = new Set<() => void>();

  constructor(name: string) {
    this.#name = name;
  }

  push(item: Item): void {
    this.items.push(item);
    for (const look of [...this.#waiting]) look();
  }

  /** The `count`-th item (from 1) that matches; waits for it. */
  async next(matches: (item: Item) => boolean = () => true, count = 1): Promise<Item> {
    const found = (): Item | undefined => this.items.filter(matches)[count - 1];
    const already = found();
    if (already !== undefined) return already;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const item = found();
        if (item === undefined) return;
        this.#waiting.delete(look);
        clearTimeout(deadline);
        resolve(item);
      };
      const deadline = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`${this.#name}: waited for number ${count}, got ${JSON.stringify(this.items)}`));
      }, DEADLINE_MS);
      this.#waiting.add(look);
    });
  }

  /** Waits until that many have come in all. */
  async reach(total: number): Promise<readonly Item[]> {
    if (total > 0) await this.next(undefined, total);
    return this.items;
  }
}
