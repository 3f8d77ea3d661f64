import { refusalOf } from "./dc09-data.ts";
import type { Delivery } from "./delivery-queue.ts";
import type { ReceiverLink } from "./receiver-link.ts";

/**
 * The first receiver in order that works and was not tried in this round, free or not; null: wait for one to connect.
 * `mayPass`: the message need not wait for this busy one where a later one is free.
 */
export function chooseLink(
  links: readonly ReceiverLink[],
  delivery: Delivery,
  mayPass: (link: ReceiverLink) => boolean,
): ReceiverLink | "none in this round" | null {
  const open = links.filter(
    ({ index, receiver }) => !delivery.tried.has(index) && refusalOf(delivery.message, receiver) === null,
  );
  const hasGoodOne = open.some(({ state, suspect }) => state === "up" && !suspect);
  let busy: ReceiverLink | null = null;
  for (const link of open) {
    // It is being asked whether it lives, and no message needs to find that out.
    if (hasGoodOne && link.suspect && link.lostAfterMs !== null) continue;
    if (link.state === "up" && !link.busy) return link;
    if (link.state === "up" && !mayPass(link)) return busy ?? link;
    if (link.state === "up") busy ??= link;
    else if (link.state === "connecting" && delivery.restMs === null) return busy;
  }
  return busy ?? (delivery.tried.size > 0 ? "none in this round" : null);
}
