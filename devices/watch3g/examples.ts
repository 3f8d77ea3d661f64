import type { Example } from "../../gateway/core/definition.ts";

const PLACE = "251126,133742,A,31.241667,N,121.470833,E,0.00,0.0,0.0,7,100,66,0,0";
const NO_PLACE = "251126,133742,V,00.000000,N,00.000000,E,0.00,0.0,0.0,0,100,66,0,0";
const CELLS = "1,0,460,0,9520,3671,132";

/** Composed from the grammar. */
export const watch3gExamples: readonly Example[] = [
  {
    name: "a heartbeat",
    source: "composed",
    text: "[3G*8800000017*000A*LK,50,0,77]",
    gives: [{ kind: "heartbeat", address: "8800000017", batteryPct: 77 }],
    reply: "[3G*8800000017*0002*LK]",
  },
  {
    name: "a heartbeat whose two values are in no known order",
    source: "composed",
    text: "[SG*8800000017*0007*LK,0,77]",
    gives: [{ kind: "heartbeat", batteryPct: null }],
    reply: "[SG*8800000017*0002*LK]",
  },
  {
    name: "the SOS key",
    source: "composed",
    text: `[3G*8800000017*0070*AL,${PLACE},00010000,${CELLS}]`,
    gives: [
      {
        kind: "emergency",
        address: "8800000017",
        press: "sos",
        repeatMs: 60_000,
        mark: "251126133742",
        batteryPct: 66,
        position: { lat: 31.241667, lon: 121.470833, isFix: true },
      },
    ],
    reply: "[3G*8800000017*0002*AL]",
  },
  {
    name: "the SOS key with a flat battery, in another network",
    source: "composed",
    text: `[CS*8800000017*0070*AL_LTE,${NO_PLACE},00030001,${CELLS}]`,
    gives: [
      { kind: "emergency", press: "sos" },
      { kind: "low_battery", press: null },
    ],
    reply: "[CS*8800000017*0002*AL]",
  },
  {
    name: "a fall, with a serial number",
    source: "composed",
    text: `[ZJ*353456700000017*0033*0070*AL,${PLACE},00200010,${CELLS}]`,
    gives: [{ kind: "fall", address: "353456700000017", press: "fall" }],
    reply: "[ZJ*353456700000017*0033*0002*AL]",
  },
  {
    name: "taken off",
    source: "composed",
    text: `[TS*8800000017*0070*AL,${PLACE},00100008,${CELLS}]`,
    gives: [{ kind: "tamper", press: null }],
    reply: "[TS*8800000017*0002*AL]",
  },
  {
    name: "a flat battery, status of four digits",
    source: "composed",
    text: `[SG*8800000017*0070*AL,${PLACE},0001,${CELLS}]`,
    gives: [{ kind: "low_battery", press: null }],
    reply: "[SG*8800000017*0002*AL]",
  },
  {
    name: "left a fence",
    source: "composed",
    text: `[3G*8800000017*0070*AL,${PLACE},00040000,${CELLS}]`,
    gives: [{ kind: "other", press: null }],
    reply: "[3G*8800000017*0002*AL]",
  },
  {
    name: "an alarm without a cause",
    source: "composed",
    text: `[3G*8800000017*0070*AL,${PLACE},00000000,${CELLS}]`,
    gives: [{ kind: "other", press: null, unclear: "AL with status 00000000" }],
    reply: "[3G*8800000017*0002*AL]",
  },
  {
    name: "an alarm without a status",
    source: "composed",
    text: "[3G*8800000017*0002*AL]",
    gives: [{ kind: "other", press: null, unclear: "AL without a status" }],
    reply: "[3G*8800000017*0002*AL]",
  },
  {
    name: "a position, on the wrist",
    source: "composed",
    text: `[3G*8800000017*0070*UD_LTE,${PLACE},00000008,${CELLS}]`,
    gives: [{ kind: "other", press: null, batteryPct: 66 }],
  },
  {
    name: "a blood pressure",
    source: "composed",
    text: "[3G*8800000017*000F*bphrt,120,79,73]",
    gives: [{ kind: "other", press: null }],
    reply: "[3G*8800000017*0005*bphrt]",
  },
  {
    name: "its settings",
    source: "composed",
    text: "[3G*8800000017*0015*CONFIG,TY:g36f,UL:60]",
    gives: [{ kind: "other" }],
    reply: "[3G*8800000017*0008*CONFIG,1]",
  },
  {
    name: "a voice message, which is kept by nobody",
    source: "composed",
    hex: "5b33472a383830303030303031372a303030432a544b2c2321414d520a7d027d035d",
    gives: [{ kind: "other", press: null }],
    reply: "5b33472a383830303030303031372a303030342a544b2c305d",
  },
  {
    name: "the confirmation of numbers that the SOS key is to call, which is no press",
    source: "composed",
    text: "[3G*8800000017*0003*SOS]",
    gives: [{ kind: "other", press: null }],
  },
  {
    name: "a message without an id",
    source: "composed",
    text: "[3G**0002*LK]",
    gives: "rejected",
  },
];
