import { request } from "node:http";
import { seconds } from "../../gateway/core/units.ts";
import type { Clock, Timer } from "../../gateway/ports/clock.ts";
import type { Desk, DeskProof } from "../../gateway/ports/desk.ts";

/** Well within what a proof is good for; a real page speaks every four seconds. */
const PROVE_EVERY_MS = seconds(10);

const PAGE: DeskProof = { page: "the test's own", sound: "on", visible: true };

/** A page of the desk that is open, in front, and heard, until the test lets it fall asleep. */
export function keepDeskAwake(desk: Pick<Desk, "proveDesk">, clock: Pick<Clock, "after">): Timer {
  let next: Timer | null = null;
  const prove = (): void => {
    desk.proveDesk(PAGE);
    next = clock.after(PROVE_EVERY_MS, prove);
  };
  prove();
  return { cancel: () => next?.cancel() };
}

/** The same for a gateway that runs as a process of its own, over the socket in its data folder. */
export function openPageOver(socketPath: string): Timer {
  const prove = (): void => {
    const headers = { "content-type": "application/json" };
    const asked = request({ socketPath, method: "POST", path: "/api/desk/alive", headers, agent: false });
    // A gateway that was just killed is the test's own doing.
    asked.on("error", () => undefined).on("response", (response) => response.resume());
    asked.end(JSON.stringify(PAGE));
  };
  prove();
  const timer = setInterval(prove, PROVE_EVERY_MS);
  return { cancel: () => clearInterval(timer) };
}
