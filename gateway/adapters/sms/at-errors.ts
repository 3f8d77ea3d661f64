/** What a modem's error means for a message. */
export interface AtError {
  /** `CMS 38`, `CME 10`, `ERROR`, `no answer`. */
  readonly code: string;
  /** In a few words. */
  readonly meaning: string;
  /**
   * `number`: no modem can reach this number. `message`: no modem takes it as it is. `modem`: the SIM, the contract or
   * the modem; another modem may do. `network`: may pass by itself. `unknown`: nobody knows whether it left.
   */
  readonly cause: "number" | "message" | "modem" | "network" | "unknown";
}

type Row = readonly [meaning: string, cause: AtError["cause"]];

/** 3GPP TS 27.005, 3.2.5; below 128 the causes of TS 24.011, annex E-2. */
const CMS: Readonly<Record<number, Row>> = {
  1: ["nobody has this number", "number"],
  8: ["barred by the operator", "modem"],
  10: ["the SIM may not call or send: barred", "modem"],
  21: ["the network rejects the message", "network"],
  27: ["the destination is out of service", "network"],
  28: ["the network does not know the subscriber", "number"],
  29: ["the network rejects the service", "modem"],
  30: ["the network does not know the number", "number"],
  38: ["the network is out of order", "network"],
  41: ["a temporary failure of the network", "network"],
  42: ["the network is congested", "network"],
  47: ["the network has no room", "network"],
  50: ["the SIM's contract has no short messages", "modem"],
  69: ["the network has no short messages", "modem"],
  111: ["a protocol error in the network", "network"],
  127: ["an error between networks", "network"],
  300: ["the modem failed", "modem"],
  301: ["the modem's message service is reserved", "modem"],
  302: ["the modem does not allow it now", "modem"],
  303: ["the modem does not support it", "modem"],
  304: ["the modem does not take this PDU", "message"],
  305: ["the modem does not take this text", "message"],
  310: ["no SIM", "modem"],
  311: ["the SIM needs its PIN", "modem"],
  312: ["the SIM is bound to another telephone", "modem"],
  313: ["the SIM failed", "modem"],
  314: ["the SIM is busy", "modem"],
  315: ["a wrong SIM", "modem"],
  316: ["the SIM needs its PUK", "modem"],
  320: ["the modem's memory failed", "modem"],
  321: ["no message in this place", "modem"],
  322: ["the modem's memory is full", "modem"],
  330: ["the SIM has no number of a message centre: give smsc", "modem"],
  331: ["no network", "network"],
  332: ["the network does not answer", "network"],
  340: ["the modem expects no acknowledgement", "modem"],
  500: ["an unknown error", "network"],
};

/** 3GPP TS 27.007, 9.2. */
const CME: Readonly<Record<number, Row>> = {
  0: ["the modem failed", "modem"],
  3: ["the modem does not allow it now", "modem"],
  4: ["the modem does not support it", "modem"],
  10: ["no SIM", "modem"],
  11: ["the SIM needs its PIN", "modem"],
  12: ["the SIM needs its PUK", "modem"],
  13: ["the SIM failed", "modem"],
  14: ["the SIM is busy", "modem"],
  15: ["a wrong SIM", "modem"],
  16: ["the PIN is wrong", "modem"],
  20: ["the modem's memory is full", "modem"],
  30: ["no network", "network"],
  31: ["the network does not answer", "network"],
  32: ["only emergency calls are allowed", "network"],
  100: ["an unknown error", "modem"],
};

/** Verbose errors, where a modem knows no numbers (27.007, 9.2). */
const WORDS: readonly (readonly [RegExp, keyof typeof CME])[] = [
  [/not inserted/i, 10],
  [/incorrect password/i, 16],
  [/SIM PUK required/i, 12],
  [/SIM PIN required/i, 11],
  [/SIM busy/i, 14],
  [/SIM failure/i, 13],
  [/SIM wrong/i, 15],
  [/no network service/i, 30],
  [/network timeout/i, 31],
  [/not supported/i, 4],
  [/not allowed/i, 3],
];

const UNKNOWN: Row = ["an error without a name", "modem"];

/** The error in a line that ends a command; null: it is none. */
export function errorOf(line: string): AtError | null {
  if (/^(?:ERROR|4|COMMAND NOT SUPPORT)$/.test(line))
    return { code: "ERROR", meaning: "the modem refuses the command", cause: "modem" };
  const match = /^\+(CMS|CME) ERROR: ?(.*)$/.exec(line);
  if (!match) return null;
  const [, table, said = ""] = match;
  const isNumber = /^\d+$/.test(said);
  const code = isNumber ? Number(said) : (WORDS.find(([form]) => form.test(said))?.[1] ?? -1);
  const [meaning, cause] = (table === "CMS" && isNumber ? CMS : CME)[code] ?? UNKNOWN;
  return { code: `${table} ${isNumber ? said : code >= 0 ? code : "?"}`, meaning, cause };
}

export const NO_ANSWER: AtError = { code: "no answer", meaning: "the modem does not answer", cause: "unknown" };
export const NO_PROMPT: AtError = { code: "no prompt", meaning: "the modem asks for no message", cause: "modem" };

/** The port or the modem was lost in the middle. */
export const lost = (why: string): AtError => ({ code: "lost", meaning: why, cause: "unknown" });
