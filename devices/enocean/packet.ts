import type { Decoded } from "../../gateway/core/definition.ts";
import { rejected } from "../parts/rejected.ts";
import { readTelegram, type Telegram } from "./telegram.ts";

/**
 * Packets of the EnOcean Serial Protocol 3 by their type: radio telegrams of ERP1 (type 1, sub-telegrams 3) and ERP2
 * (type 10), messages put together by the stick (type 9), and what the stick says of itself.
 */

const TYPE = { erp1: 1, response: 2, subTelegram: 3, event: 4, message: 9, erp2: 10 } as const;

const HEADER_BYTES = 6;
const SENDER_BYTES = 4;
/** ERP1: RORG and sender and status around the payload. */
const ERP1_AROUND_BYTES = 1 + SENDER_BYTES + 1;
/** ADT, a telegram for one receiver: the RORG proper and the receiver's address around the payload. */
const ADDRESSED = 0xa6;
/** A stick says 255 where it does not know. */
const DBM_UNKNOWN = 0xff;

const RET_OK = 0;
/** CO_RD_VERSION's answer: versions, chip and a description, behind the return code. */
const VERSION_BYTES = 33;
const EVENT_READY = 4;

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const rssi = (byte: number | undefined): number | null =>
  byte === undefined || byte === 0 || byte === DBM_UNKNOWN ? null : -byte;

/** A whole packet, CRCs proved. */
export function readPacket(packet: Uint8Array): Decoded {
  const dataEnd = HEADER_BYTES + packet[1]! * 256 + packet[2]!;
  const data = packet.subarray(HEADER_BYTES, dataEnd);
  const optional = packet.subarray(dataEnd, -1);
  const type = packet[4]!;
  switch (type) {
    case TYPE.erp1:
    case TYPE.subTelegram:
      return radio(erp1In(data, rssi(optional[5])));
    case TYPE.erp2:
      return radio(erp2In(data, rssi(optional[1])));
    case TYPE.message:
      return radio(messageIn(data, optional));
    case TYPE.response:
      return data[0] === RET_OK && data.length === VERSION_BYTES
        ? { type: "bridge", state: "online", detail: `version ${[...data.subarray(1, 5)].join(".")}` }
        : { type: "nothing", what: `answer ${data[0] ?? "without a code"} of the stick` };
    case TYPE.event:
      return data[0] === EVENT_READY
        ? { type: "bridge", state: "restarted", detail: "CO_READY" }
        : { type: "nothing", what: `event ${data[0] ?? "without a code"} of the stick` };
    default:
      return { type: "nothing", what: `packet type ${type}` };
  }
}

function radio(telegram: Telegram | null): Decoded {
  const read = telegram && readTelegram(telegram);
  return read ?? rejected("bad-length", "a radio telegram whose length is none of its kind");
}

function erp1In(data: Uint8Array, rssiDbm: number | null): Telegram | null {
  if (data.length <= ERP1_AROUND_BYTES) return null;
  const sender = hexOf(data.subarray(-SENDER_BYTES - 1, -1));
  const around = { sender, status: data.at(-1)!, rssiDbm };
  if (data[0] !== ADDRESSED) return { rorg: data[0]!, payload: data.subarray(1, -SENDER_BYTES - 1), ...around };
  return { rorg: data[1]!, payload: data.subarray(2, -2 * SENDER_BYTES - 1), ...around };
}

/** The sender stands in the optional data, behind the receiver. */
function messageIn(data: Uint8Array, optional: Uint8Array): Telegram | null {
  const sender = optional.subarray(SENDER_BYTES, 2 * SENDER_BYTES);
  if (data.length < 2 || sender.length < SENDER_BYTES) return null;
  const rssiDbm = rssi(optional[2 * SENDER_BYTES]);
  return { rorg: data[0]!, payload: data.subarray(1), sender: hexOf(sender), status: null, rssiDbm };
}

/** Sizes of sender and receiver by the header's three address bits; the rest is reserved. */
const ERP2_ADDRESSES = [
  [3, 0],
  [4, 0],
  [4, 4],
  [6, 0],
] as const;
/** RORGs by the header's four type bits; 15: the type is in a byte of its own. */
const ERP2_RORGS: readonly number[] = [0xf6, 0xd5, 0xa5, 0xd0, 0xd2, 0xd4, 0xd1, 0x30, 0x31, 0x35];
const ERP2_EXTENDED_TYPE = 15;
/** Extended header: the low nibble is the size of optional data at the end. */
const ERP2_OPTIONAL = 0x0f;

/** Header, extended header and type where it says so, sender, receiver, payload, optional data, CRC8. */
function erp2In(data: Uint8Array, rssiDbm: number | null): Telegram | null {
  const header = data[0] ?? 0xff;
  const [senderBytes, receiverBytes] = ERP2_ADDRESSES[header >> 5] ?? [0, 0];
  if (senderBytes === 0) return null;
  const isExtended = (header & 0x10) !== 0;
  const hasTypeByte = (header & 0x0f) === ERP2_EXTENDED_TYPE;
  const senderAt = 1 + (isExtended ? 1 : 0) + (hasTypeByte ? 1 : 0);
  const payloadAt = senderAt + senderBytes + receiverBytes;
  const end = data.length - 1 - (isExtended ? data[1]! & ERP2_OPTIONAL : 0);
  if (end <= payloadAt) return null;
  // Extended types (chained, remote management) hold no button.
  const rorg = hasTypeByte ? 0x40 : ERP2_RORGS[header & 0x0f];
  if (rorg === undefined) return null;
  const sender = hexOf(data.subarray(senderAt, senderAt + senderBytes)).padStart(2 * SENDER_BYTES, "0");
  return { rorg, payload: data.subarray(payloadAt, end), sender, status: null, rssiDbm };
}
