import type { Example } from "../../gateway/core/definition.ts";
import { ALARM_REPEAT_MS } from "../parts/tracker-report.ts";

const REPORT = "ab101c004dcc0100011001383632343331303530303031323334092465fa24690000005a";

/** Messages of EV07B, composed from its grammar. */
export const EV07B_EXAMPLES: readonly Example[] = [
  {
    name: "a report with its battery, answered",
    source: "composed",
    hex: REPORT,
    gives: [{ kind: "other", address: "862431050001234", press: null, batteryPct: 90 }],
    reply: "ab00030008c701007f0100",
  },
  {
    name: "an SOS with a place",
    source: "composed: alarm bit 12",
    hex: "ab103d00a5700200011001383632343331303530303031323334092465fa24690000005a09020010000065fa24691620c010f011ab567b48000000000a000a000000000008",
    gives: [
      {
        kind: "emergency",
        address: "862431050001234",
        press: "sos",
        batteryPct: 90,
        position: { lat: 30.09456, lon: 121.6042667, isFix: true },
      },
      { kind: "other", press: null, batteryPct: 90, position: { lat: 30.09456, lon: 121.6042667, isFix: true } },
    ],
    reply: "ab00030008c702007f0100",
  },
  {
    name: "an SOS with a wrong CRC is for staff, and not answered",
    source: "composed",
    hex: "ab103d0000000200011001383632343331303530303031323334092465fa24690000005a09020010000065fa24691620c010f011ab567b48000000000a000a000000000008",
    gives: [{ kind: "other", press: null, unclear: "sos with a wrong check" }, { kind: "other" }],
  },
  {
    name: "a fall",
    source: "composed: alarm bit 2",
    hex: "ab102600176a0300011001383632343331303530303031323334092465fa24690000005a09020400000065fa2469",
    gives: [{ kind: "fall", press: "fall" }, { kind: "other" }],
    reply: "ab00030008c703007f0100",
  },
  {
    name: "a low battery",
    source: "composed: alarm bit 0",
    hex: "ab10260006620400011001383632343331303530303031323334092465fa24690000000e09020100000065fa2469",
    gives: [
      { kind: "low_battery", press: null, batteryPct: 14 },
      { kind: "other", batteryPct: 14 },
    ],
    reply: "ab00030008c704007f0100",
  },
  {
    name: "nobody moved for long",
    source: "composed: alarm bit 11",
    hex: "ab102600d7f60500011001383632343331303530303031323334092465fa24690000005a09020008000065fa2469",
    gives: [{ kind: "inactivity", press: "inactivity" }, { kind: "other" }],
    reply: "ab00030008c705007f0100",
  },
  {
    name: "a side key",
    source: "composed: alarm bit 13",
    hex: "ab1026008c0b0600011001383632343331303530303031323334092465fa24690000005a09020020000065fa2469",
    gives: [
      { kind: "other", press: "button1", repeatMs: ALARM_REPEAT_MS },
      { kind: "other", press: null },
    ],
    reply: "ab00030008c706007f0100",
  },
  {
    name: "tilted, which is for people to judge",
    source: "composed: alarm bit 3",
    hex: "ab102600a07b0700011001383632343331303530303031323334092465fa24690000005a09020800000065fa2469",
    gives: [{ kind: "other", press: null, unclear: "tilt" }, { kind: "other" }],
    reply: "ab00030008c707007f0100",
  },
  {
    name: "what was kept without a network, oldest first",
    source: "composed",
    hex: "ab103d00d7ee0800011001383632343331303530303031323334092465fa24690000005b092465fa24690000005a1620c010f011ab567b48000000000a000a000000000008",
    gives: [
      { kind: "other", batteryPct: 91 },
      { kind: "other", batteryPct: 90, position: { lat: 30.09456, lon: 121.6042667, isFix: true } },
    ],
    reply: "ab00030008c708007f0100",
  },
  {
    name: "it asks for the time",
    source: "composed: services, key 0x12",
    hex: "ab10140085fe09000310013836323433313035303030313233340112",
    gives: [{ kind: "other", address: "862431050001234", press: null }],
    reply: "ab0007002f1d0900030512a6e4066b",
  },
  {
    name: "it asks for a street address",
    source: "composed: services, key 0x11",
    hex: "ab101400e6ce0a000310013836323433313035303030313233340111",
    gives: [{ kind: "other", press: null }],
    reply: "ab000c0071fc0a00030a11000000000000000000",
  },
  {
    name: "it answers a command",
    source: "composed",
    after: [REPORT],
    hex: "ab00030008c70b007f0100",
    gives: [{ kind: "other", address: "862431050001234", press: null }],
  },
];
