import type { Example } from "../../gateway/core/definition.ts";

const PLACE =
  "31.241667,121.470833,261125133742,A,8,20,0,0,0.9,10,100,200,460|0|2530|0E57,0000,0000|0000|0000|018D|04CB,00000001,,3,0000,,";

/** Composed from the grammar. */
export const meitrackExamples: readonly Example[] = [
  {
    name: "the SOS key",
    source: "composed",
    text: `$$A152,353456700000017,AAA,1,${PLACE}*ED\r\n`,
    gives: [
      {
        kind: "emergency",
        address: "353456700000017",
        press: "1",
        repeatMs: 60_000,
        mark: "261125133742",
        position: { lat: 31.241667, lon: 121.470833, isFix: true },
      },
    ],
  },
  {
    name: "the SOS key, released",
    source: "composed",
    text: `$$I152,353456700000017,AAA,9,${PLACE}*FD\r\n`,
    gives: [{ kind: "other", press: null, released: ["1"] }],
  },
  {
    name: "a fall",
    source: "composed",
    text: `$$B153,353456700000017,AAA,79,${PLACE}*2E\r\n`,
    gives: [{ kind: "fall", press: "79" }],
  },
  {
    name: "dropped off",
    source: "composed",
    text: `$$C153,353456700000017,AAA,81,${PLACE}*28\r\n`,
    gives: [{ kind: "tamper", press: null }],
  },
  {
    name: "a flat battery",
    source: "composed",
    text: `$$D153,353456700000017,AAA,17,${PLACE}*28\r\n`,
    gives: [{ kind: "low_battery", press: null }],
  },
  {
    name: "a heartbeat",
    source: "composed",
    text: `$$E153,353456700000017,AAA,31,${PLACE}*25\r\n`,
    gives: [{ kind: "heartbeat", press: null }],
  },
  {
    name: "a position",
    source: "composed",
    text: `$$F153,353456700000017,AAA,35,${PLACE}*2A\r\n`,
    gives: [{ kind: "other", press: null }],
  },
  {
    name: "a call key",
    source: "composed",
    text: `$$H153,353456700000017,AAA,66,${PLACE}*30\r\n`,
    gives: [{ kind: "other", press: "66" }],
  },
  {
    name: "an impact",
    source: "composed",
    text: `$$G153,353456700000017,AAA,78,${PLACE}*32\r\n`,
    gives: [{ kind: "other", press: null, unclear: "event 78" }],
  },
  {
    name: "an SOS key with a wrong checksum",
    source: "composed",
    text: `$$A152,353456700000017,AAA,1,${PLACE}*EE\r\n`,
    gives: [{ kind: "other", press: null, unclear: "event 1 with a wrong checksum" }],
  },
  {
    name: "an answer to a command, which waits for one",
    source: "composed",
    text: "$$J27,353456700000017,AAC,1*98\r\n",
    gives: [{ kind: "other", press: null }],
    reply: "@@J27,353456700000017,AAC,1*D0\r\n",
  },
  {
    name: "the SOS key in a stored record",
    source: "composed",
    hex:
      "24244b38362c3335333435363730303030303031372c4343432c020134000000000001c3b5dc01717f3d0726a1993201" +
      "00000000000000000000000000000000000000000000000000000000000000000000000000002a43350d0a",
    gives: [{ kind: "emergency", press: "1", position: { lat: 31.241667, lon: 121.470833, isFix: true } }],
    reply: "40404b32372c3335333435363730303030303031372c4343432c312a44350d0a",
  },
  {
    name: "a fall in a record of a newer device",
    source: "composed",
    hex:
      "24244c36352c3335333435363730303030303031372c4343452c0000000001001f00000003014f0501fe694201080500" +
      "0302c3b5dc01038f80c2f80426a19932002a35440d0a",
    gives: [
      {
        kind: "fall",
        press: "79",
        batteryPct: 66,
        position: { lat: 31.241667, lon: -121.470833, isFix: true },
      },
    ],
  },
  {
    name: "a number that is none of a device",
    source: "composed",
    text: "$$A15,123,AAA,1*00\r\n",
    gives: "rejected",
  },
];
