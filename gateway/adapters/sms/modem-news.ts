import type { Unasked } from "./at-dialogue.ts";

/** What a modem says of its own accord, as far as it matters. */
export type ModemNews =
  | { readonly kind: "restarted" | "changed" | "full" | "rings" | "call" | "other" }
  | { readonly kind: "stored"; readonly place: number }
  | { readonly kind: "pdu"; readonly hex: string };

/** Greetings of modems that start: SIMCom, Quectel, Cinterion, Neoway, u-blox, and those of ASR's chips. */
const RESTARTED = /^(?:RDY|START|\^SYSSTART.*|\*ATREADY: ?1|\+CFUN: ?1|NORMAL POWER DOWN|MODEM:STARTUP|\+IPR:.*)$/;
/** The SIM or the network is not what it was. */
const CHANGED = /^(?:\+C[EG]?REG: ?\d|\+CPIN:(?! ?READY)|\+SIMCARD:|\^SIMST:|\+CSMINS:)/;
const FULL = /^(?:\+SMSFULL|\+SMS FULL|\^SMMEMFULL|\+CIEV: ?"?SMSFULL|SMS FULL)/;
const OF_A_CALL = /^(?:NO CARRIER|BUSY|NO ANSWER|NO DIALTONE|\+RXDTMF:|\+DTMF:|\+CTTS:|VOICE CALL: (?:BEGIN|END))/;

export function newsOf({ line, pdu }: Unasked): ModemNews {
  if (pdu !== null) return { kind: "pdu", hex: pdu };
  const stored = /^\+C[MD][TS]I: ?"?\w{2}"?, ?(\d{1,4})$/.exec(line);
  if (stored) return { kind: "stored", place: Number(stored[1]) };
  if (RESTARTED.test(line)) return { kind: "restarted" };
  if (FULL.test(line)) return { kind: "full" };
  if (OF_A_CALL.test(line)) return { kind: "call" };
  if (/^RING$|^\+CRING:/.test(line)) return { kind: "rings" };
  return { kind: CHANGED.test(line) ? "changed" : "other" };
}
