import { objectIn } from "../../../devices/parts/text.ts";
import type { EpochMs } from "../../core/units.ts";

/** One message as a file of samples has it. */
export interface Row {
  readonly bridge: string;
  /** MQTT only; empty where the row has none. */
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Which codec reads a payload of LoRaWAN that comes without its network server. */
  readonly codec: string | null;
  readonly fPort: number | null;
  /** Which service the data of a BLE advertisement belongs to. */
  readonly serviceUuid: string | null;
  /** The broker kept it: it says nothing about now. */
  readonly isRetained: boolean;
  /** A host wrote it to the gateway: nobody pressed anything. */
  readonly isFromHost: boolean;
  readonly receivedAt: EpochMs | null;
  /** Which connection or recording it belongs to; null: the one that all rows of its bridge without a name share. */
  readonly connection: string | null;
  /** The wire says only that something was pressed: what that means, somebody has to enrol. */
  readonly needsEnrolment: boolean;
}

/** Why a row cannot be read. */
export interface Fault {
  readonly code: string;
  readonly message: string;
}

const HEX = /^(?:[0-9a-f]{2})*$/i;

const fault = (message: string): Fault => ({ code: "bad-row", message });

/** The fields of a row, checked. */
export function rowOf(fields: Readonly<Record<string, unknown>>): Row | Fault {
  const { bridge, topic = "", codec = null, fPort = null, service_uuid: serviceUuid = null } = fields;
  if (typeof bridge !== "string" || bridge === "") return fault("bridge: is missing; it names the protocol");
  if (typeof topic !== "string") return fault("topic: is no text");
  if (codec !== null && typeof codec !== "string") return fault("codec: is no text");
  if (fPort !== null && typeof fPort !== "number") return fault("fPort: is no number");
  if (serviceUuid !== null && typeof serviceUuid !== "string") return fault("service_uuid: is no text");
  const payload = payloadOf(fields["payload"], fields["encoding"]);
  if ("code" in payload) return payload;
  const receivedAt = timeOf(fields["receivedAt"]);
  if (receivedAt === undefined) return fault("receivedAt: is no time as 2026-11-25T13:37:42Z");
  return {
    ...{ bridge, topic, codec, fPort, serviceUuid, receivedAt },
    payload: payload.bytes,
    isRetained: fields["retained"] === true,
    isFromHost: fields["direction"] === "host-to-gateway",
    connection: connectionOf(fields),
    needsEnrolment: fields["needs_enrolment"] === true,
  };
}

function payloadOf(payload: unknown, encoding: unknown = "text"): { readonly bytes: Uint8Array } | Fault {
  // A JSON payload that somebody put into the row as it is.
  const text = objectIn(payload) || Array.isArray(payload) ? JSON.stringify(payload) : payload;
  if (typeof text !== "string") return fault("payload: is no text");
  if (encoding === "text" || encoding === "utf8" || encoding === null) return { bytes: Buffer.from(text) };
  if (encoding !== "hex") return fault("encoding: is not known; allowed: hex, or absent for text");
  return HEX.test(text) ? { bytes: Buffer.from(text, "hex") } : fault("payload: is no even number of hex digits");
}

/** Null: absent; undefined: none. */
function timeOf(value: unknown): EpochMs | null | undefined {
  if (value === undefined || value === null) return null;
  const at = typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isFinite(at) ? at : undefined;
}

function connectionOf(fields: Readonly<Record<string, unknown>>): string | null {
  for (const name of ["connection", "session", "seq"]) {
    const value = fields[name];
    if (typeof value === "string" || typeof value === "number") return `${name} ${value}`;
  }
  return null;
}
