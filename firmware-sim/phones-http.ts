import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyOf } from "./local-server.ts";
import type { PhoneAnswer } from "./phone-message.ts";
import { PHONE_ANSWERS } from "./phone-message.ts";
import type { Phones } from "./phones.ts";
import { PHONES_PAGE } from "./phones-page.ts";
import { shown } from "./phone-offer.ts";

/** Offers on the page; older ones are not shown. */
const OFFERS_SHOWN_MAX = 200;

/** Serves the webhook (`POST /notify`), the page (`GET /`) and what the page asks for. Rejects on an oversized body. */
export async function servePhones(phones: Phones, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = (status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
    response.end(JSON.stringify(body));
  };
  switch (`${request.method} ${(request.url ?? "/").split("?")[0]}`) {
    case "GET /":
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
      response.end(PHONES_PAGE);
      return;
    case "GET /phones.json":
      return reply(200, { names: phones.names, offers: phones.offers.slice(-OFFERS_SHOWN_MAX).map(shown) });
    case "GET /open": {
      // As a tap on the link in the message: the browser takes the token along, this page never has it.
      const wanted = new URL(request.url ?? "", "http://phones").searchParams.get("offer");
      const link = phones.offers.find(({ message }) => message.offer.id === wanted)?.message.link ?? null;
      if (link === null) return reply(404, { error: "no link came with this offer" });
      response.writeHead(302, { location: link, "cache-control": "no-store" });
      response.end();
      return;
    }
    case "POST /notify": {
      const header = (name: string): string => String(request.headers[name] ?? "");
      const body = await bodyOf(request);
      return reply(...phones.notify({ key: header("idempotency-key"), signature: header("x-okc-signature"), body }));
    }
    case "POST /answer":
      return reply(...(await answerByHand(phones, request)));
    default:
      return reply(404, { error: "nothing here" });
  }
}

async function answerByHand(phones: Phones, request: IncomingMessage): Promise<[number, unknown]> {
  // A page of another site can send no JSON here without being asked for leave, and never gets it.
  if (!String(request.headers["content-type"] ?? "").startsWith("application/json"))
    return [415, { error: "send application/json" }];
  try {
    const { responder, offer, answer } = JSON.parse(await bodyOf(request)) as Record<string, unknown>;
    if (typeof responder !== "string" || typeof offer !== "string" || !PHONE_ANSWERS.includes(answer as PhoneAnswer))
      return [400, { error: `needs responder, offer and answer (one of ${PHONE_ANSWERS.join(", ")})` }];
    return [200, await phones.answer(responder, answer as PhoneAnswer, offer)];
  } catch (error) {
    return [400, { error: (error as Error).message }];
  }
}
