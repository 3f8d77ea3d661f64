import type { Example } from "../../gateway/core/definition.ts";
import { ALARM_REPEAT_MS } from "../parts/tracker-report.ts";

const LOGIN = "78780d010862431050001234010d0a";

/** Messages of Topin, composed from its grammar. */
export const TOPIN_EXAMPLES: readonly Example[] = [
  {
    name: "a login, answered with the time behind it",
    source: "composed",
    hex: LOGIN,
    gives: [{ kind: "other", address: "862431050001234", press: null }],
    reply: "787801010d0a7878073007ea0b190d252a0d0a",
  },
  {
    name: "an SOS",
    source: "composed: 0x99",
    after: [LOGIN],
    hex: "787801990d0a",
    gives: [{ kind: "emergency", address: "862431050001234", press: "sos", repeatMs: ALARM_REPEAT_MS }],
  },
  {
    name: "an SOS of a connection that never said whose it is",
    source: "composed",
    hex: "787801990d0a",
    gives: [{ kind: "emergency", address: "unnamed", wireId: null, press: "sos" }],
  },
  {
    name: "a vibration asks for nobody",
    source: "composed: 0x94",
    after: [LOGIN],
    hex: "787801940d0a",
    gives: [{ kind: "other", press: null }],
  },
  {
    name: "an alarm that is in no document",
    source: "composed: 0x9b",
    after: [LOGIN],
    hex: "7878019b0d0a",
    gives: [{ kind: "other", press: null, unclear: "alarm 0x9b" }],
  },
  {
    name: "its state, sent back to it",
    source: "composed: 0x13",
    after: [LOGIN],
    hex: "78780a134d4008006400041f000d0a",
    gives: [{ kind: "heartbeat", address: "862431050001234", batteryPct: 77 }],
    reply: "78780a134d4008006400041f000d0a",
  },
  {
    name: "a heartbeat",
    source: "composed",
    after: [LOGIN],
    hex: "787801080d0a",
    gives: [{ kind: "heartbeat", press: null }],
  },
  {
    name: "a position",
    source: "composed: 0x10",
    after: [LOGIN],
    hex: "787812101a0b190d2511cf033a1c200d0b9a300014000d0a",
    gives: [
      { kind: "other", press: null, position: { lat: 30.077742222222223, lon: 121.59120888888889, isFix: true } },
    ],
    reply: "787807101a0b190d25110d0a",
  },
  {
    name: "a position and a low battery",
    source: "composed: 0x10 with an alarm byte",
    after: [LOGIN],
    hex: "787815101a0b190d2511cf033a1c200d0b9a30001400000a100d0a",
    gives: [{ kind: "low_battery", press: null }],
    reply: "787807101a0b190d25110d0a",
  },
  {
    name: "access points and a cell",
    source: "composed: 0x69",
    after: [LOGIN],
    hex: "787801692611251337110a0b0c0d0e0f2a0101cc00287d1f71320d0a",
    gives: [{ kind: "other", press: null }],
    reply: "787800692611251337110d0a",
  },
  {
    name: "it asks for the time",
    source: "composed: 0x30",
    after: [LOGIN],
    hex: "787801300d0a",
    gives: [{ kind: "other", press: null }],
    reply: "7878073007ea0b190d252a0d0a",
  },
];
