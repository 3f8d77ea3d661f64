import type { PersonMessage } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Sender, Try, Verdict } from "../../ports/sender.ts";
import { seconds, type EpochMs } from "../../core/units.ts";
import { httpVerdict } from "./http-verdict.ts";
import type { PostLimits } from "./post-limits.ts";
import { isSuccess, Poster } from "./poster.ts";

/** A robot of a group: how its service wants a text, and what its codes mean. */
export interface RobotService {
  /** The key of the answer's code: 0 is *taken*, whatever HTTP says beside it. */
  readonly code: "errcode" | "code";
  /** More messages than it allows. */
  readonly throttled: ReadonlySet<number>;
  /** Refused for good, and what to do about it. Any other code is tried again. */
  readonly refusals: ReadonlyMap<number, Refusal>;
  /** Bytes of a text. */
  readonly textMaxBytes: number;
  /** The whole address and the body of one try. `mention`: the contact's address, whom to mention. */
  request(text: string, mention: string, wallAt: EpochMs): { readonly url: string; readonly body: unknown };
}

export interface Refusal {
  readonly detail: string;
  /** The robot takes no message at all until somebody mends it. */
  readonly isBroken: boolean;
}

export const broken = (detail: string): Refusal => ({ detail, isBroken: true });
export const unfit = (detail: string): Refusal => ({ detail, isBroken: false });

export interface RobotParts {
  /** The robot's address with its key, as its service shows it. */
  readonly url: string;
  /** Null: it does not ask for signatures. */
  readonly secret: string | null;
  readonly clock: Clock;
  readonly limits?: Partial<PostLimits>;
}

/** A throttled robot stays so for a minute at least. */
const THROTTLED_MS = seconds(60);

/** Sends to a group: the words that are made for groups, whom to mention, and nothing else of a message. */
export class RobotSender implements Sender<PersonMessage> {
  readonly place: string;
  readonly #url: string;
  readonly #service: RobotService;
  readonly #poster: Poster;

  constructor(service: RobotService, { url, clock, limits = {} }: RobotParts) {
    this.place = new URL(url).origin;
    this.#url = url;
    this.#service = service;
    this.#poster = new Poster({ clock, limits, reads: "body" });
  }

  open(): Promise<void> {
    return this.#poster.open(this.#url);
  }

  async send({ words, address }: PersonMessage, { wallAt }: Try): Promise<Verdict> {
    const text = clipped(`${words.title}\n${words.text}`, this.#service.textMaxBytes);
    const { url, body } = this.#service.request(text, address, wallAt);
    const headers = { "content-type": "application/json; charset=utf-8" };
    const result = await this.#poster.post({ url, headers, body: JSON.stringify(body) });
    const verdict = httpVerdict(result, wallAt);
    if (result.kind === "unreached" || !isSuccess(result.status)) return verdict;
    return this.#verdictOf(codeIn(result.body, this.#service.code));
  }

  close(): Promise<void> {
    return this.#poster.close();
  }

  #verdictOf(code: number | null): Verdict {
    if (code === 0) return { fate: "sent", works: true, result: "0" };
    if (code === null) {
      const detail = "the answer is not that of the service";
      return { fate: "retry", works: false, result: "no-code", reason: detail, detail, waitMs: 0 };
    }
    const { throttled, refusals } = this.#service;
    const told = { result: String(code), reason: `code ${code}` };
    const refusal = refusals.get(code);
    if (refusal) {
      const detail = `code ${code}: ${refusal.detail}`;
      return { ...told, fate: "failed", works: refusal.isBroken ? false : null, detail };
    }
    return {
      ...told,
      fate: "retry",
      works: null,
      detail: throttled.has(code) ? `code ${code}: more messages than the service allows` : `code ${code}`,
      waitMs: throttled.has(code) ? THROTTLED_MS : 0,
    };
  }
}

function codeIn(body: string, key: RobotService["code"]): number | null {
  try {
    const answer = JSON.parse(body) as Readonly<Record<string, unknown>> | null;
    const code = answer?.[key];
    return typeof code === "number" ? code : null;
  } catch {
    return null;
  }
}

/** As much of it as fits, in whole characters. */
function clipped(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const cut = Buffer.from(text)
    .subarray(0, maxBytes - 3)
    .toString("utf8")
    .replace(/\uFFFD$/, "");
  return `${cut}…`;
}

/** A mobile number as people write it, without blanks and the country's code. */
export function mobileIn(mention: string): string | null {
  const digits = mention.replace(/[\s-]/g, "").replace(/^\+?86(?=1\d{10}$)/, "");
  return /^1\d{10}$/.test(digits) ? digits : null;
}
