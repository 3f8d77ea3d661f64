import type { Example } from "../../gateway/core/definition.ts";
import { ALARM_REPEAT_MS } from "../parts/tracker-report.ts";

/** Messages of JT/T 808, composed from its grammar. */
export const JT808_EXAMPLES: readonly Example[] = [
  {
    name: "a register, answered with the word for its login",
    source: "composed",
    hex: "7e0100000e0138123456780001002c00004f4b4330314241444745107e",
    gives: [{ kind: "other", address: "013812345678", press: null }],
    reply: "7e8100000f0138123456780000000100303133383132333435363738bc7e",
  },
  {
    name: "its login",
    source: "composed",
    hex: "7e0102000c01381234567800023031333831323334353637383e7e",
    gives: [{ kind: "other", address: "013812345678", press: null }],
    reply: "7e8001000501381234567800000002010200b47e",
  },
  {
    name: "a heartbeat",
    source: "composed",
    hex: "7e000200000138123456780003307e",
    gives: [{ kind: "heartbeat", address: "013812345678", press: null }],
    reply: "7e8001000501381234567800000003000200b47e",
  },
  {
    name: "an SOS with a place, answered",
    source: "composed: alarm bit 0",
    hex: "7e020000200138123456780004000000010000000301cb37a0073f8d30001000000000261125133711e4020059457e",
    gives: [
      {
        kind: "emergency",
        address: "013812345678",
        press: "sos",
        repeatMs: ALARM_REPEAT_MS,
        batteryPct: 89,
        position: { lat: 30.095264, lon: 121.605424, isFix: true },
      },
    ],
    reply: "7e8001000501381234567800000004020000b37e",
  },
  {
    name: "an SOS of the edition of 2019",
    source: "composed: a number of 20 digits",
    hex: "7e0200401c0100000000013812345678000b000000010000000301cb37a0073f8d30001000000000261125133711887e",
    gives: [{ kind: "emergency", address: "013812345678", wireId: "00000000013812345678", press: "sos" }],
    reply: "7e8001400501000000000138123456780000000b020000fd7e",
  },
  {
    name: "a low battery",
    source: "composed: alarm bit 7",
    hex: "7e0200001f0138123456780005000000800000000301cb37a0073f8d30001000000000261125133711fe010cb67e",
    gives: [{ kind: "low_battery", press: null, batteryPct: 12 }],
    reply: "7e8001000501381234567800000005020000b27e",
  },
  {
    name: "opened",
    source: "composed: alarm bit 16",
    hex: "7e0200001c0138123456780006000100000000000301cb37a0073f8d30001000000000261125133711c47e",
    gives: [{ kind: "tamper", press: null }],
    reply: "7e8001000501381234567800000006020000b17e",
  },
  {
    name: "taken off",
    source: "composed: item 0xeb, block 0x0089, bit 12 is 0",
    hex: "7e020000260138123456780007000000000000000301cb37a0073f8d30001000000000261125133711eb0800060089ffffefff827e",
    gives: [{ kind: "tamper", press: null }],
    reply: "7e8001000501381234567800000007020000b07e",
  },
  {
    name: "an SOS as an event",
    source: "composed: item 0xe8, 0x0c01",
    hex: "7e020000220138123456780008000000000000000301cb37a0073f8d30001000000000261125133711e8040c010101147e",
    gives: [{ kind: "emergency", press: "sos", mark: "261125133711" }],
    reply: "7e8001000501381234567800000008020000bf7e",
  },
  {
    name: "a collision, which is for people to judge",
    source: "composed: alarm bit 29",
    hex: "7e0200001c0138123456780009200000000000000301cb37a0073f8d30001000000000261125133711ea7e",
    gives: [{ kind: "other", press: null, unclear: "alarm bit 29, a collision" }],
    reply: "7e8001000501381234567800000009020000be7e",
  },
  {
    name: "over-speed asks for nobody",
    source: "composed: alarm bit 1",
    hex: "7e0200001c013812345678000a000000020000000301cb37a0073f8d30001000000000261125133711cb7e",
    gives: [{ kind: "other", press: null, position: { lat: 30.095264, lon: 121.605424, isFix: true } }],
    reply: "7e800100050138123456780000000a020000bd7e",
  },
  {
    name: "what was kept without a network",
    source: "composed: a batch with an SOS in it",
    hex: "7e0704003f013812345678000c000201001c000000000000000301cb37a0073f8d30001000000000261125133711001c000000010000000301cb37a0073f8d30001000000000261125133711037e",
    gives: [
      { kind: "emergency", press: "sos" },
      { kind: "other", press: null, position: { lat: 30.095264, lon: 121.605424, isFix: true } },
    ],
    reply: "7e800100050138123456780000000c070400ba7e",
  },
  {
    name: "7e and 7d inside a frame",
    source: "composed: as its serial number",
    hex: "7e0200001c0138123456787d027d01000000000000000301cb37a0073f8d30001000000000261125133711c07e",
    gives: [{ kind: "other", press: null }],
    reply: "7e8001000501381234567800007d027d01020000b47e",
  },
  {
    name: "it asks for the time",
    source: "composed",
    hex: "7e01090000013812345678000d347e",
    gives: [{ kind: "other", press: null }],
    reply: "7e81090008013812345678000007ea0b190d252a004c7e",
  },
  {
    name: "an SOS with a wrong XOR is for staff, and not answered",
    source: "composed",
    hex: "7e020000200138123456780004000000010000000301cb37a0073f8d30001000000000261125133711e4020059447e",
    gives: [{ kind: "other", press: null, unclear: "sos with a wrong check" }],
  },
  {
    name: "half a frame",
    source: "composed",
    hex: "7e020000200138123456780004000000010000000301cb37a0073f8d30007e",
    gives: "rejected",
  },
];
