import type { Timer } from "../../ports/clock.ts";
import type { SpeakingLine } from "./speaking-line.ts";
import type { Subscriber } from "./subscription.ts";
import type { CallPlan } from "./telephone.ts";

/** A call that is to be made, and what was tried so far. */
export interface Order {
  readonly plan: CallPlan;
  readonly subscriber: Subscriber;
  /** Rises with every call: the age. */
  readonly order: number;
  attempts: number;
  /** The line it is on; null: it waits. */
  line: SpeakingLine | null;
  /** Until it is tried again; null: it may go now. */
  rest: Timer | null;
}

/** Below 0 when `a` goes before `b`: by urgency, then those that were not tried yet, then by age. */
export const compare = (a: Order, b: Order): number =>
  a.plan.priority - b.plan.priority || Number(a.attempts > 0) - Number(b.attempts > 0) || a.order - b.order;

const best = (orders: Iterable<Order>, isWanted: (order: Order) => boolean, sign: 1 | -1): Order | null => {
  let found: Order | null = null;
  for (const order of orders) if (isWanted(order) && (!found || sign * compare(order, found) < 0)) found = order;
  return found;
};

/** The one that goes next; null: none may go now. */
export const nextOf = (orders: Iterable<Order>): Order | null =>
  best(orders, ({ line, rest }) => line === null && rest === null, 1);

/** The least urgent and then newest of those that wait. */
export const lastOf = (orders: Iterable<Order>): Order | null => best(orders, ({ line }) => line === null, -1);
