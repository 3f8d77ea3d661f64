import type { SayOrder } from "../core/report.ts";

/** Wearers waiting to be told *heard*; past this the oldest are dropped, and their pendants ask again. */
const HELD_MAX = 10_000;

/**
 * What may not be said yet: the journal did not take the press, so *heard* waits until a receiver or a person has
 * replied. A pendant that is not answered repeats its press, so nothing is lost by dropping one.
 */
export class HeldSayings {
  readonly #held = new Map<string, Map<string, SayOrder>>();
  #count = 0;

  hold(alarm: string, order: SayOrder): void {
    const orders = this.#held.get(alarm) ?? new Map<string, SayOrder>();
    if (!orders.has(order.address)) this.#count++;
    orders.set(order.address, order);
    this.#held.set(alarm, orders);
    if (this.#count > HELD_MAX) this.release([...this.#held.keys()][0]!);
  }

  /** Takes what waited for this alarm. */
  release(alarm: string): SayOrder[] {
    const orders = [...(this.#held.get(alarm)?.values() ?? [])];
    this.#held.delete(alarm);
    this.#count -= orders.length;
    return orders;
  }
}
