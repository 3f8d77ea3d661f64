import { createDecipheriv } from "node:crypto";
import type { Decoded, DecodedReport } from "../../gateway/core/definition.ts";
import type { Proof } from "../../gateway/core/report.ts";
import { said } from "../parts/said.ts";
import { OBJECT, readObjects, readObjectsV1, type BthomeObject } from "./bthome-objects.ts";
import { macBytes, macOfReversed, plainMac } from "./mac.ts";

/**
 * BTHome in the service data of an advertisement: version 2 (UUID fcd2), and version 1 (181c, encrypted 181e).
 * bthome.io, "BTHome v2 format" and "Encryption". How often and how long a key was pressed is not told apart: hands
 * shake. Several objects 3A are several keys.
 */

/** An advertisement without a number is repeated for a second or two, and by each receiver. */
export const BLE_REPEAT_MS = 3_000;
/** One with a number: receivers that scan by turns may be late, and another number is the next press anyway. */
export const NUMBERED_REPEAT_MS = 10_000;

/** Bits of the first byte. */
const ENCRYPTED = 0x01;
const WITH_MAC = 0x02;
const VERSION = 2;
const MAC_BYTES = 6;
const COUNTER_BYTES = 4;
const TAG_BYTES = 4;
const TAIL_BYTES = COUNTER_BYTES + TAG_BYTES;
/** Associated data of version 1. */
const V1_ASSOCIATED = Uint8Array.of(0x11);
/** Where nobody said whose service data it is. */
const NOBODY = "unnamed";

/** The key of an enrolled device; null: enrolled without one; undefined: nobody enrolled it. */
export type BindKey = Uint8Array | null | undefined;

/** `fcd2`, `0xFCD2` or `0000fcd2-0000-1000-8000-00805f9b34fb`. */
export const shortUuid = (uuid: string): string =>
  uuid
    .toLowerCase()
    .replace(/^0x/, "")
    .replace(/^0000([0-9a-f]{4})-0000-1000-8000-00805f9b34fb$/, "$1");

/**
 * Service data of one advertisement. `mac`: whose it is, null where that is not known; without it nothing encrypted
 * can be read. `key`: 16 bytes.
 */
export function decodeServiceData(uuid: string, bytes: Uint8Array, mac: string | null, key: BindKey): Decoded {
  const wireId = mac;
  const given = mac === null ? null : plainMac(mac);
  switch (shortUuid(uuid)) {
    case "fcd2":
      return readV2(bytes, given, wireId, key);
    case "181c":
      return readPlain(readObjectsV1(bytes), { mac: given, wireId, proof: plainProof(key) });
    case "181e":
      return readEncrypted(bytes, Uint8Array.of(0x1e, 0x18), V1_ASSOCIATED, {
        mac: given,
        wireId,
        key,
        read: readObjectsV1,
      });
    default:
      return { type: "nothing", what: `service data ${uuid}`, ...(wireId !== null && { wireId }) };
  }
}

function readV2(bytes: Uint8Array, given: string | null, wireId: string | null, key: BindKey): Decoded {
  const info = bytes[0];
  if (info === undefined || info >> 5 !== VERSION)
    return { type: "nothing", what: "a version of BTHome that is not known", ...(wireId !== null && { wireId }) };
  const hasMac = (info & WITH_MAC) !== 0 && bytes.length > MAC_BYTES;
  const mac = hasMac ? macOfReversed(bytes.subarray(1, 1 + MAC_BYTES)) : given;
  const body = bytes.subarray(hasMac ? 1 + MAC_BYTES : 1);
  const who = { mac, wireId: wireId ?? (hasMac ? mac!.toUpperCase() : null) };
  if ((info & ENCRYPTED) === 0) return readPlain(readObjects(body), { ...who, proof: plainProof(key) });
  return readEncrypted(body, Uint8Array.of(0xd2, 0xfc, info), null, { ...who, key, read: readObjects });
}

/** A device that has a key says nothing in plain: somebody else would. */
const plainProof = (key: BindKey): Proof => (key ? "wrong-tag" : "none");

interface Sender {
  readonly mac: string | null;
  readonly wireId: string | null;
}

/** Cipher, counter and tag, as they stand at the end of encrypted service data, or apart in what Theengs decodes. */
export interface Sealed {
  readonly cipher: Uint8Array;
  readonly counter: Uint8Array;
  readonly tag: Uint8Array;
}

function readEncrypted(
  body: Uint8Array,
  prefix: Uint8Array,
  associated: Uint8Array | null,
  to: Sender & { readonly key: BindKey; readonly read: (bytes: Uint8Array) => readonly BthomeObject[] },
): Decoded {
  const at = Math.max(0, body.length - TAIL_BYTES);
  const sealed = {
    cipher: body.subarray(0, at),
    counter: body.subarray(at, at + COUNTER_BYTES),
    tag: body.subarray(at + COUNTER_BYTES),
  };
  const plain = at === 0 || to.mac === null || !to.key ? null : open(sealed, prefix, associated, to.mac, to.key);
  if (plain === null) return unreadable(to, to.key);
  return readPlain(to.read(plain), { ...to, proof: "valid", mark: Buffer.from(sealed.counter).toString("hex") });
}

/** The objects in what Theengs says of encrypted service data: the first byte is not among it, and has two values. */
export function decodeSealed(sealed: Sealed, mac: string, wireId: string, key: BindKey): Decoded {
  const isWhole = sealed.counter.length === COUNTER_BYTES && sealed.tag.length === TAG_BYTES;
  for (const info of isWhole && key ? [0x45, 0x41] : []) {
    const plain = open(sealed, Uint8Array.of(0xd2, 0xfc, info), null, mac, key!);
    if (plain === null) continue;
    const mark = Buffer.from(sealed.counter).toString("hex");
    return readPlain(readObjects(plain), { mac, wireId, proof: "valid", mark });
  }
  return unreadable({ mac, wireId }, key);
}

/** AES-128-CCM with a tag of four bytes. The nonce is MAC, UUID and first byte, counter. Null: the tag does not hold. */
function open(
  { cipher, counter, tag }: Sealed,
  prefix: Uint8Array,
  associated: Uint8Array | null,
  mac: string,
  key: Uint8Array,
): Uint8Array | null {
  const nonce = Buffer.concat([macBytes(mac), prefix, counter]);
  const decipher = createDecipheriv("aes-128-ccm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(tag);
  if (associated) decipher.setAAD(associated, { plaintextLength: cipher.length });
  try {
    const plain = decipher.update(cipher);
    decipher.final();
    return plain;
  } catch {
    return null;
  }
}

/**
 * What cannot be read may be a press. Of a device that somebody enrolled it is shown to staff; of others it is the
 * neighbourhood's.
 */
function unreadable({ mac, wireId }: Sender, key: BindKey): Decoded {
  const proof = key ? "wrong-tag" : "no-key";
  const press = key === undefined ? null : "encrypted";
  const report = { ...said(mac ?? NOBODY, proof), wireId, kind: "other", press } as const;
  return { type: "reports", reports: [press === null ? report : { ...report, repeatMs: BLE_REPEAT_MS }] };
}

function readPlain(
  objects: readonly BthomeObject[],
  { mac, wireId, proof, mark = packetOf(objects) }: Sender & { readonly proof: Proof; readonly mark?: string | null },
): Decoded {
  const level = first(objects, OBJECT.battery);
  const low = first(objects, OBJECT.batteryLow);
  const tamper = first(objects, OBJECT.tamper);
  const common = {
    ...said(mac ?? NOBODY, proof),
    wireId,
    batteryPct: level !== null && level <= 100 ? level : null,
    ...(low !== null && { batteryOk: low === 0 }),
    ...(tamper === 0 && { tampered: false }),
  };
  const reports: DecodedReport[] = pressesIn(objects).map((press) => ({
    ...common,
    kind: "other",
    press,
    repeatMs: mark === null ? BLE_REPEAT_MS : NUMBERED_REPEAT_MS,
    ...(mark !== null && { mark }),
  }));
  if (tamper === 1) reports.push({ ...common, kind: "tamper", press: null });
  if (reports.length === 0) reports.push({ ...common, kind: isBeacon(objects) ? "heartbeat" : "other", press: null });
  if (low === 1) reports.push({ ...common, kind: "low_battery", press: null });
  return { type: "reports", reports };
}

const first = (objects: readonly BthomeObject[], wanted: number): number | null =>
  objects.find(({ id }) => id === wanted)?.data[0] ?? null;

function packetOf(objects: readonly BthomeObject[]): string | null {
  const packet = first(objects, OBJECT.packet);
  return packet === null ? null : String(packet);
}

/** A button that says that none of its keys is down: it lives. */
const isBeacon = (objects: readonly BthomeObject[]): boolean => objects.some(({ id }) => id === OBJECT.button);

/** `button`, or `button2` where there are several; a dimmer that was turned is `dimmer`. */
function pressesIn(objects: readonly BthomeObject[]): readonly string[] {
  const keys = objects.filter(({ id }) => id === OBJECT.button);
  const pressed = keys.flatMap(({ data }, index) =>
    data[0] === 0 ? [] : [keys.length === 1 ? "button" : `button${index + 1}`],
  );
  const isTurned = objects.some(({ id, data }) => id === OBJECT.dimmer && data[0] !== 0);
  return isTurned ? [...pressed, "dimmer"] : pressed;
}
