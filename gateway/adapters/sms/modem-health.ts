import { simState, simWhy, type Ask } from "./modem-setup.ts";

export interface Health {
  /** False: it did not answer at all. */
  readonly answers: boolean;
  /** Null: it is at home in a network and can send. */
  readonly hindrance: string | null;
  /** Whether a person must look at the SIM. */
  readonly isSim: boolean;
  /** dBm; null: not known. */
  readonly signalDbm: number | null;
}

/** The second number of +CREG and +CEREG (3GPP TS 27.007, 7.2). 6 and 7: at home or roaming, for short messages only. */
const AT_HOME: ReadonlySet<number> = new Set([1, 5, 6, 7]);
const NOT_AT_HOME: Readonly<Record<number, string>> = {
  0: "the modem does not look for a network",
  2: "the modem looks for a network",
  3: "the network refuses the SIM",
  4: "the modem does not know its network",
  8: "only emergency calls are allowed",
};

/** Asks how the modem, its SIM and its network are. */
export async function healthOf(ask: Ask): Promise<Health> {
  const alive = await ask("AT");
  if (!alive.ok && alive.error.cause === "unknown")
    return { answers: false, hindrance: "the modem does not answer", isSim: false, signalDbm: null };
  const sim = await simState(ask);
  if (sim !== "READY") return { answers: true, hindrance: simWhy(sim), isSim: true, signalDbm: null };
  const registered = await registration(ask, "CREG");
  // A modem that is in an LTE network only is not registered by +CREG.
  const isAtHome = AT_HOME.has(registered) || AT_HOME.has(await registration(ask, "CEREG"));
  const hindrance = isAtHome ? null : (NOT_AT_HOME[registered] ?? "the modem is in no network");
  return { answers: true, hindrance, isSim: false, signalDbm: await signal(ask) };
}

/** `+CREG: 1,5`; the unasked form `+CREG: 5` has one number and is read too. -1: not told. */
async function registration(ask: Ask, name: "CREG" | "CEREG"): Promise<number> {
  const answer = await ask(`AT+${name}?`, new RegExp(`^\\+${name}:`));
  const line = answer.ok ? answer.lines.find((one) => /: ?\d,\d/.test(one)) : undefined;
  return Number(/: ?\d,(\d+)/.exec(line ?? "")?.[1] ?? -1);
}

/** 27.007, 8.5: 0 is −113 dBm or less, each step 2 dB; 99 is not known. */
async function signal(ask: Ask): Promise<number | null> {
  const answer = await ask("AT+CSQ", /^\+CSQ:/);
  const steps = answer.ok ? Number(/^\+CSQ: ?(\d+)/.exec(answer.lines[0] ?? "")?.[1] ?? 99) : 99;
  return steps <= 31 ? -113 + 2 * steps : null;
}
