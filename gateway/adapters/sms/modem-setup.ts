import type { DurationMs } from "../../core/units.ts";
import type { AtAnswer } from "./at-dialogue.ts";

/** Asks the modem a plain command; lines of the answer begin with `answers`. */
export type Ask = (text: string, answers?: RegExp) => Promise<AtAnswer>;

/** Keeps a wrong PIN from being tried again: the third wrong one locks the SIM. */
export interface PinGate {
  readonly pin: string | null;
  /** False: this PIN was tried on this SIM and was not taken. */
  mayTry(): boolean;
  /** Written down before it is tried, so that no crash in between tries it twice. */
  tried(): void;
  accepted(): void;
}

export interface SetupParts {
  readonly ask: Ask;
  readonly gate: PinGate;
  /** The message centre's number; null: the SIM knows it. */
  readonly smsc: string | null;
  pause(ms: DurationMs): Promise<void>;
}

export type Setup =
  | { readonly ok: true; readonly model: string; readonly hasReports: boolean }
  | {
      readonly ok: false;
      /** `mute`: the port is not trusted. `sim`: a person must look. `modem`: it may pass. */
      readonly fault: "mute" | "sim" | "modem";
      readonly why: string;
    };

const WAKE_TRIES = 4;
const PIN_LOOKS = 10;
const PIN_LOOK_MS = 1_000;

const failed = (fault: "mute" | "sim" | "modem", why: string): Setup => ({ ok: false, fault, why });

/** Brings a modem from whatever state to one in which it takes PDUs and tells of messages. */
export async function setUp(parts: SetupParts): Promise<Setup> {
  const { ask, smsc } = parts;
  if (!(await wake(ask))) return failed("mute", "the modem does not answer");
  // One by one: a modem that knows one of them not refuses a whole line of them.
  for (const command of ["ATE0", "ATV1", "AT+CMEE=1"]) await ask(command);
  const model = await identity(ask);
  const locked = await unlock(parts);
  if (locked) return locked;
  const pduMode = await ask("AT+CMGF=0");
  if (!pduMode.ok) return failed("modem", `the modem does not take messages: ${pduMode.error.meaning}`);
  if (smsc !== null) {
    const centre = await ask(`AT+CSCA="${smsc}"`);
    if (!centre.ok) return failed("modem", `the modem does not take smsc: ${centre.error.meaning}`);
  }
  await ask("AT+CREG=1");
  // Messages need no acknowledgement of ours: what is not acknowledged stops coming (27.005, 3.2.1).
  await ask("AT+CSMS=0", /^\+CSMS:/);
  // The link to the network stays for the next message of a burst; many modems do without.
  await ask("AT+CMMS=1");
  await ask('AT+CPMS="SM","SM","SM"', /^\+CPMS:/);
  return { ok: true, model, hasReports: await askForNews(ask) };
}

async function wake(ask: Ask): Promise<boolean> {
  for (let turn = 0; turn < WAKE_TRIES; turn++) {
    const answer = await ask("AT");
    // An error is an answer too: half a command of the life before may stand in front of ours.
    if (answer.ok || answer.error.cause !== "unknown") return true;
    if (answer.error.code === "lost") return false;
  }
  return false;
}

async function identity(ask: Ask): Promise<string> {
  const answer = await ask("AT+CGMM", /^[A-Za-z0-9+][\w .:+-]{1,40}$/);
  const line = answer.ok ? answer.lines.find((one) => !one.startsWith("+C") || one.startsWith("+CGMM")) : undefined;
  return line?.replace(/^\+CGMM: ?/, "").replaceAll('"', "") ?? "unknown";
}

/** Null: the SIM is open. */
async function unlock({ ask, gate, pause }: SetupParts): Promise<Setup | null> {
  const state = await simState(ask);
  if (state === "READY") {
    gate.accepted();
    return null;
  }
  if (state !== "SIM PIN") return failed("sim", simWhy(state));
  if (gate.pin === null) return failed("sim", "the SIM asks for its PIN; give pin in okc.yaml");
  if (!gate.mayTry())
    return failed("sim", "the SIM did not take this PIN; it is not tried again until pin in okc.yaml is another one");
  gate.tried();
  const entered = await ask(`AT+CPIN="${gate.pin}"`);
  if (!entered.ok && entered.error.cause !== "unknown")
    return failed("sim", "the SIM refuses the PIN; it is not tried again until pin in okc.yaml is another one");
  for (let look = 0; look < PIN_LOOKS; look++) {
    if ((await simState(ask)) === "READY") {
      gate.accepted();
      return null;
    }
    await pause(PIN_LOOK_MS);
  }
  return failed("sim", "the SIM has its PIN and does not become ready");
}

/** What follows `+CPIN:`, or the meaning of the error. */
export async function simState(ask: Ask): Promise<string> {
  let answer = await ask("AT+CPIN?", /^\+CPIN:/);
  // A bare OK belongs to a command that was given up: ours is still to come.
  if (answer.ok && answer.lines.length === 0) answer = await ask("AT+CPIN?", /^\+CPIN:/);
  if (!answer.ok) return answer.error.meaning;
  return answer.lines[0]?.replace(/^\+CPIN: ?/, "").replaceAll('"', "") ?? "unknown";
}

export const simWhy = (state: string): string =>
  state === "SIM PUK"
    ? "the SIM is locked: unlock it with its PUK in a telephone"
    : `the SIM is not ready: ${state}; look at the SIM and its holder`;

/**
 * New texts are stored and told (`+CMTI`), so that none is lost between modem and journal; reports come as they are or
 * stored, whichever the modem can. False: it can neither, and nothing is ever `delivered`.
 */
async function askForNews(ask: Ask): Promise<boolean> {
  for (const wanted of ["2,1,0,1,0", "2,1,0,2,0", "1,1,0,1,0", "1,1,0,2,0"])
    if ((await ask(`AT+CNMI=${wanted}`)).ok) return true;
  await ask("AT+CNMI=2,1,0,0,0");
  return false;
}
