import { createHmac } from "node:crypto";
import type { EpochMs } from "../../core/units.ts";
import type { OfferMessage, PersonMessage } from "../../ports/channel.ts";

/** The JSON body of an offer or its end, field by field as the webhook's documentation lists them. */
export function bodyOf(message: PersonMessage): string {
  const { words, code } = message;
  const told = { text: { title: words.title, text: words.text }, code };
  if (message.type === "offer" || message.type === "withdrawn") return JSON.stringify({ ...offerOf(message), ...told });
  const { type, responder, address, link } = message;
  return JSON.stringify({ type, responder, address, link, ...told });
}

function offerOf(message: OfferMessage) {
  const { type, offer, alarm, responder, resident, link, answer, address, reason } = message;
  return {
    type,
    offer: { id: offer.id, version: offer.version },
    alarm: { id: alarm.id, kind: alarm.kind, priority: alarm.priority },
    responder,
    resident: resident && {
      name: resident.name,
      building: resident.building,
      unit: resident.unit,
      room: resident.room,
    },
    link,
    answer: answer && { url: answer.url, token: answer.token, expiresAt: answer.expiresAt },
    address,
    reason,
  };
}

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`: proves the sender and, by its time, that it is no replay. */
export function signatureOf(body: string, secret: string, at: EpochMs): string {
  const t = Math.floor(at / 1_000);
  return `t=${t},v1=${createHmac("sha256", secret).update(`${t}.${body}`).digest("hex")}`;
}

/** The headers of one attempt. The key is the same at each attempt, so that the receiver shows the message once. */
export function headersOf(
  message: PersonMessage,
  body: string,
  secret: string | null,
  at: EpochMs,
): Record<string, string> {
  return {
    "content-type": "application/json; charset=utf-8",
    "idempotency-key": message.key,
    ...(secret === null ? {} : { "x-okc-signature": signatureOf(body, secret, at) }),
  };
}
