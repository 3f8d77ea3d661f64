import { createHmac, timingSafeEqual } from "node:crypto";

export const PHONE_ANSWERS = ["seen", "accept", "decline", "enroute", "arrive", "done"] as const;
export type PhoneAnswer = (typeof PHONE_ANSWERS)[number];

/** What a webhook message says, as far as a phone uses it. */
export interface PhoneMessage {
  readonly type: "offer" | "withdrawn";
  readonly offer: { readonly id: string; readonly version: number };
  readonly alarm: { readonly id: string; readonly kind: string; readonly priority: number };
  readonly responder: string;
  readonly resident: {
    readonly name: string;
    readonly building: string;
    readonly unit: string;
    readonly room: string;
  } | null;
  /** The page of the offer; null: the gateway sends none. */
  readonly link: string | null;
  readonly answer: { readonly url: string; readonly token: string; readonly expiresAt: string } | null;
  readonly reason: string | null;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Reads a body; a string says what is wrong with it. */
export function readMessage(body: string): PhoneMessage | string {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return "the body is not JSON";
  }
  if (!isObject(json)) return "the body is not an object";
  const { type, offer, alarm, responder, resident, link, answer, reason } = json;
  if (type !== "offer" && type !== "withdrawn") return "type is neither offer nor withdrawn";
  if (!isObject(offer) || typeof offer["id"] !== "string" || typeof offer["version"] !== "number")
    return "offer needs id and version";
  if (!isObject(alarm) || typeof alarm["id"] !== "string") return "alarm needs id, kind and priority";
  const who = isObject(responder) ? (responder["name"] ?? responder["id"]) : responder;
  if (typeof who !== "string" || who === "") return "responder is missing";
  return {
    type,
    offer: { id: offer["id"], version: offer["version"] },
    alarm: { id: alarm["id"], kind: text(alarm["kind"]), priority: Number(alarm["priority"]) },
    responder: who,
    resident: isObject(resident)
      ? {
          name: text(resident["name"]),
          building: text(resident["building"]),
          unit: text(resident["unit"]),
          room: text(resident["room"]),
        }
      : null,
    link: typeof link === "string" ? link : null,
    answer: isObject(answer)
      ? { url: text(answer["url"]), token: text(answer["token"]), expiresAt: text(answer["expiresAt"]) }
      : null,
    reason: typeof reason === "string" ? reason : null,
  };
}

/** True when `header` (`t=…,v1=…`) is the HMAC-SHA256 of "t.body" under `secret`. Age is not looked at. */
export function signatureIsRight(header: string, body: string, secret: string): boolean {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header);
  if (!match) return false;
  const expected = createHmac("sha256", secret).update(`${match[1]!}.${body}`).digest();
  return timingSafeEqual(expected, Buffer.from(match[2]!, "hex"));
}
