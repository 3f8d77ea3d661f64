import type { Example } from "../../gateway/core/definition.ts";
import { ALARM_REPEAT_MS } from "../parts/tracker-report.ts";

const LOGIN = "78780d010862431050001234000148110d0a";

/** Messages of GT06, composed from its grammar. */
export const GT06_EXAMPLES: readonly Example[] = [
  {
    name: "a login, answered",
    source: "composed",
    hex: LOGIN,
    gives: [{ kind: "other", address: "862431050001234", press: null }],
    reply: "787805010001d9dc0d0a",
  },
  {
    name: "an SOS by its alarm byte, answered",
    source: "composed: 0x26",
    after: [LOGIN],
    hex: "787825261a0b190d2511cf033a1c200d0b9a300014000901cc00287d001f71200604010200024e480d0a",
    gives: [
      {
        kind: "emergency",
        address: "862431050001234",
        press: "sos",
        repeatMs: ALARM_REPEAT_MS,
        mark: "1a0b190d2511",
        position: { lat: 30.077742222222223, lon: 121.59120888888889, isFix: true },
        batteryOk: true,
      },
    ],
    reply: "78780526000264790d0a",
  },
  {
    name: "an SOS by bits of the terminal information",
    source: "composed: 0x26",
    after: [LOGIN],
    hex: "787825261a0b190d2511cf033a1c200d0b9a300014000901cc00287d001f71240604000200032c0c0d0a",
    gives: [{ kind: "emergency", press: "sos" }],
    reply: "78780526000375f00d0a",
  },
  {
    name: "an SOS with a wrong CRC is for staff, and not answered",
    source: "composed",
    after: [LOGIN],
    hex: "787825261a0b190d2511cf033a1c200d0b9a300014000901cc00287d001f712006040102000200000d0a",
    gives: [{ kind: "other", press: null, unclear: "sos with a wrong check" }],
  },
  {
    name: "an SOS of a connection that never said whose it is",
    source: "composed",
    hex: "787825261a0b190d2511cf033a1c200d0b9a300014000901cc00287d001f71200604010200024e480d0a",
    gives: [{ kind: "emergency", address: "unnamed", wireId: null, press: "sos" }],
  },
  {
    name: "a fall",
    source: "composed: 0x27",
    after: [LOGIN],
    hex: "787826271a0b190d2511cf033a1c200d0b9a300014000901cc00287d001f710006042302ff0004274b0d0a",
    gives: [{ kind: "fall", address: "862431050001234", press: "fall" }],
    reply: "7878052700045b930d0a",
  },
  {
    name: "a low battery",
    source: "composed: 0x19",
    after: [LOGIN],
    hex: "7878121901cc00287d001f710001041902000557900d0a",
    gives: [{ kind: "low_battery", press: null, batteryOk: false }],
    reply: "787805190005dcaf0d0a",
  },
  {
    name: "taken off",
    source: "composed: 0xa4, a cell of a 4G network",
    after: [LOGIN],
    hex: "78782da41a0b190d2511cf033a1c200d0b9a300014001001cc000000287d0000000000001f710005041302ff0006cfbb0d0a",
    gives: [{ kind: "tamper", press: null }],
    reply: "787805a400069b090d0a",
  },
  {
    name: "a power cut asks for nobody",
    source: "composed: 0x16",
    after: [LOGIN],
    hex: "787825161a0b190d2511cf033a1c200d0b9a300014000901cc00287d001f711006040202000c28100d0a",
    gives: [{ kind: "other", press: null, batteryOk: true }],
    reply: "78780516000c0ba90d0a",
  },
  {
    name: "an alarm of a code that is in no document",
    source: "composed: 0x16",
    after: [LOGIN],
    hex: "787825161a0b190d2511cf033a1c200d0b9a300014000901cc00287d001f710006047702000bdd740d0a",
    gives: [{ kind: "other", press: null, unclear: "alarm 0x77" }],
    reply: "78780516000b7f160d0a",
  },
  {
    name: "a heartbeat",
    source: "composed",
    after: [LOGIN],
    hex: "78780a1344040300020007e0680d0a",
    gives: [{ kind: "heartbeat", address: "862431050001234", batteryPct: null, batteryOk: true }],
    reply: "7878051300078cc70d0a",
  },
  {
    name: "a heartbeat that still says SOS",
    source: "composed",
    after: [LOGIN],
    hex: "78780a13640403000200087b1c0d0a",
    gives: [{ kind: "emergency", press: "sos-status" }, { kind: "heartbeat" }],
    reply: "78780513000874300d0a",
  },
  {
    name: "a position",
    source: "composed: 0x12",
    after: [LOGIN],
    hex: "78781f121a0b190d2511cf033a1c200d0b9a3000140001cc00287d001f71000907f80d0a",
    gives: [
      { kind: "other", press: null, position: { lat: 30.077742222222223, lon: 121.59120888888889, isFix: true } },
    ],
    reply: "7878051200093f650d0a",
  },
  {
    name: "it asks for the time",
    source: "composed",
    after: [LOGIN],
    hex: "7878058a000a42450d0a",
    gives: [{ kind: "other", press: null }],
    reply: "78780b8a1a0b190d252a000a705e0d0a",
  },
];
