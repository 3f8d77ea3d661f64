import type { CallView } from "../../../core/offer-view.ts";
import type { Fate, Pending } from "./answer-queue.ts";

export interface Call extends CallView {
  readonly desk: { readonly name: string; readonly phone: string | null };
}

/** What the gateway says of a call. `lost`: it could not be asked. */
export type Look =
  | { readonly is: "call"; readonly call: Call }
  | { readonly is: "over" }
  | { readonly is: "unknown" }
  | { readonly is: "refused" }
  | { readonly is: "lost" };

/** A request that takes longer is given up and made anew. */
const REQUEST_MAX_MS = 10_000;

/** What the gateway answers when it will never take an answer as it is. */
const REFUSALS: readonly number[] = [400, 401, 404, 409, 410];

export class Gateway {
  readonly #path: string;
  readonly #token: string;
  readonly #message: string | null;

  /** `message`: the one whose link was opened. */
  constructor(offer: string, token: string, message: string | null) {
    this.#path = `/api/offers/${encodeURIComponent(offer)}`;
    this.#token = token;
    this.#message = message;
  }

  async look(): Promise<Look> {
    const response = await ask(this.#path, { headers: this.#headers });
    if (!response) return { is: "lost" };
    return lookOf(response.status, response.body);
  }

  async send({ answer, version }: Pending): Promise<{ readonly fate: Fate; readonly call: Call | null }> {
    const headers = { ...this.#headers, "content-type": "application/json" };
    const body = JSON.stringify({ version, answer, ...(this.#message !== null && { message: this.#message }) });
    const response = await ask(`${this.#path}/answer`, { method: "POST", headers, body });
    if (!response) return { fate: "unsent", call: null };
    if (response.status === 200 && isCall(response.body)) return { fate: "taken", call: response.body };
    // Anything else comes from between here and the gateway, or passes: it says nothing of the answer.
    const isFinal = REFUSALS.includes(response.status) && isRefusal(response.body);
    return { fate: isFinal ? "refused" : "unsent", call: null };
  }

  get #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}` };
  }
}

function lookOf(status: number, body: unknown): Look {
  if (status === 200 && isCall(body)) return { is: "call", call: body };
  if (status === 410) return { is: "over" };
  if (status === 404 && isRefusal(body)) return { is: "unknown" };
  if (status === 401) return { is: "refused" };
  return { is: "lost" };
}

/** A proxy that has lost the gateway may say 200 or 404 itself: what the gateway says has its form. */
const isCall = (body: unknown): body is Call => isObject(body) && isObject(body["offer"]) && isObject(body["alarm"]);
const isRefusal = (body: unknown): boolean => isObject(body) && isObject(body["error"]);
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

export interface Response {
  readonly status: number;
  /** Null: it was no JSON. */
  readonly body: unknown;
}

/** Null: the gateway could not be reached in time. */
export async function ask(path: string, init: RequestInit): Promise<Response | null> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), REQUEST_MAX_MS);
  try {
    const response = await fetch(path, { ...init, cache: "no-store", signal: patience.signal });
    const text = await response.text();
    return { status: response.status, body: parsed(text) };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
