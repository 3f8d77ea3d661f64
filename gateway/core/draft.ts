import type { DomainEvent } from "./events.ts";
import { evolve } from "./evolve.ts";
import type { Effect } from "./input.ts";
import { sealed } from "./personal.ts";
import { TABLE_NAMES, type State, type Tables } from "./state.ts";
import type { Table } from "./table.ts";
import type { EpochMs } from "./units.ts";

/** A table as one step sees it: what the step wrote, over what was there. */
class OverlayTable<Value> implements Table<Value> {
  readonly #base: Table<Value>;
  #changes: Map<string, { readonly value: Value } | null> | null = null;

  constructor(base: Table<Value>) {
    this.#base = base;
  }

  get(key: string): Value | undefined {
    const change = this.#changes?.get(key);
    if (change === undefined) return this.#base.get(key);
    return change?.value;
  }

  set(key: string, value: Value): void {
    (this.#changes ??= new Map()).set(key, { value });
  }

  delete(key: string): void {
    (this.#changes ??= new Map()).set(key, null);
  }

  /** Base rows in their order, as changed; then new ones. Rows need an `id` only in tables that steps walk through. */
  *values(): Iterable<Value> {
    if (!this.#changes) return yield* this.#base.values();
    const rows = new Map<unknown, Value>();
    for (const row of this.#base.values()) rows.set(keyOf(row), row);
    for (const [key, change] of this.#changes) {
      if (change) rows.set(key, change.value);
      else rows.delete(key);
    }
    yield* rows.values();
  }

  commit(): void {
    for (const [key, change] of this.#changes ?? []) {
      if (change) this.#base.set(key, change.value);
      else this.#base.delete(key);
    }
    this.#changes = null;
  }
}

const keyOf = (row: unknown): unknown => {
  const named = row as { id?: unknown; key?: unknown; sha256?: unknown };
  return named.id ?? named.key ?? named.sha256 ?? row;
};

/**
 * One step's work: reads the state with its own changes over it, collects events and effects. Nothing reaches the
 * state before `commit`, so a rule that throws leaves it as it was.
 */
export class Draft {
  readonly now: EpochMs;
  readonly tables: Tables;
  readonly events: DomainEvent[] = [];
  readonly effects: Effect[] = [];
  readonly #overlays: OverlayTable<unknown>[] = [];

  constructor(state: State, now: EpochMs) {
    this.now = now;
    const tables: Record<string, unknown> = {};
    for (const name of TABLE_NAMES) {
      const overlay = new OverlayTable(state[name] as Table<unknown>);
      this.#overlays.push(overlay);
      tables[name] = overlay;
    }
    this.tables = tables as unknown as Tables;
  }

  emit(event: DomainEvent): void {
    const kept = sealed(this.tables, event);
    this.events.push(kept);
    evolve(this.tables, kept);
  }

  act(effect: Effect): void {
    this.effects.push(effect);
  }

  commit(): void {
    for (const overlay of this.#overlays) overlay.commit();
  }
}
