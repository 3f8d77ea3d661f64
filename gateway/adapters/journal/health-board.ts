import type { JournalHealth } from "../../ports/journal.ts";

/** What the journal's health is, told on each change. */
export class HealthBoard {
  #health: JournalHealth = { state: "ok" };
  readonly #listeners: ((health: JournalHealth) => void)[] = [];

  /** A listener that comes late is told at once when the journal is not well. */
  listen(listener: (health: JournalHealth) => void): void {
    this.#listeners.push(listener);
    if (this.#health.state !== "ok") listener(this.#health);
  }

  /** Gives whether that is a change. */
  show(health: JournalHealth): boolean {
    const before = this.#health;
    if (before.state === health.state && (health.state === "ok" || before.state === "ok" || before.why === health.why))
      return false;
    this.#health = health;
    for (const listener of this.#listeners) listener(health);
    return true;
  }
}
