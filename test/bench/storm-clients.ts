import { nowMs } from "./figures.ts";
import { MqttLine } from "./mqtt-line.ts";

/*
 * The pendants of a reconnect storm, in a process of their own: all connect at once, each with its own user and
 * password, and count as back when they have subscribed to what the gateway tells them.
 */

export interface StormOrder {
  readonly port: number;
  /** The certificate to expect; null: plain TCP. */
  readonly ca: string | null;
  readonly clients: readonly (readonly [user: string, password: string])[];
}

export interface StormResult {
  /** Until the last password was taken. */
  readonly admittedMs: number;
  /** Until the last was back. */
  readonly tookMs: number;
  readonly refused: number;
  /** What the first that was refused was told. */
  readonly why: string | null;
}

/** Who is not back by then is counted as refused. */
const BACK_MAX_MS = 60_000;

let lines: MqttLine[] = [];

async function connectOne({ port, ca }: StormOrder, user: string, password: string, admitted: () => void) {
  lines.push(await MqttLine.open(port, user, password, `okc/${user}/down`, { ca, admitted }));
}

async function storm(order: StormOrder): Promise<StormResult> {
  for (const line of lines) line.reset();
  lines = [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), BACK_MAX_MS);
  });
  late.catch(() => undefined);
  const from = nowMs();
  let admittedMs = Number.NaN;
  const admitted = (): void => void (admittedMs = nowMs() - from);
  const all = await Promise.allSettled(
    order.clients.map(([user, password]) => Promise.race([connectOne(order, user, password, admitted), late])),
  );
  const tookMs = nowMs() - from;
  clearTimeout(timer);
  const refused = all.filter((one) => one.status === "rejected");
  return { admittedMs, tookMs, refused: refused.length, why: refused.length === 0 ? null : String(refused[0]!.reason) };
}

process.on("message", (order: StormOrder) => {
  void storm(order).then((result) => process.send!(result));
});
process.on("disconnect", () => process.exit());
process.send!("ready");
