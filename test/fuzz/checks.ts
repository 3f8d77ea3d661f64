/**
 * How many bits of check a message carries which this program verifies: 2^bits messages of noise in the right form, and
 * one passes by chance.
 */
export const CHECKED: ReadonlyMap<string, number> = new Map([
  // CRC-16, before the tag of 64 bits that each pendant's key gives.
  ["okc", 16],
  // CRC-8 over the header and CRC-8 over the data: a packet that is spoilt in its data only has one of them.
  ["enocean", 8],
  // A sum of 8 bits; an alarm whose sum is wrong is for staff to look after.
  ["meitrack", 8],
  // CRC-16; what a wrong one says of help is for staff.
  ["gt06", 16],
  ["ev07b", 16],
  // XOR of all bytes.
  ["jt808", 8],
]);

/**
 * No check of their own. Bridges on the broker: a sum over the radio up to the bridge, whose account vouches from there;
 * a message that reaches the gateway is what the bridge wrote. The others: docs/devices/integrity.md has the figures.
 */
export const UNCHECKED: readonly string[] = [
  "mqtt",
  "zigbee2mqtt",
  "chirpstack",
  "tts",
  "shelly-gen1",
  "shelly-gen2",
  "esphome",
  "ha-discovery",
  "openmqttgateway",
  "rtl_433",
  "tasmota",
  "ha-discovery",
  "rflink",
  "topin",
  "gps103",
  "h02",
  "minifinder",
  "trv",
  "watch3g",
  "xexun",
];
