import type { PersonMessage } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Sender, Try, Verdict } from "../../ports/sender.ts";
import { httpVerdict } from "./http-verdict.ts";
import type { PostLimits } from "./post-limits.ts";
import { Poster } from "./poster.ts";
import { bodyOf, headersOf } from "./webhook-post.ts";

export interface WebhookParts {
  /** http or https. */
  readonly url: string;
  /** Null: requests are not signed. */
  readonly secret: string | null;
  readonly clock: Clock;
  readonly limits?: Partial<PostLimits>;
}

/**
 * Posts messages to a server that reaches the responders. 2xx means `sent` and nothing more; 5xx, 408, 409, 425, 429 and
 * a server that cannot be reached are tried again; anything else is `failed`.
 */
export class WebhookSender implements Sender<PersonMessage> {
  readonly place: string;
  readonly #url: string;
  readonly #secret: string | null;
  readonly #poster: Poster;

  constructor({ url, secret, clock, limits = {} }: WebhookParts) {
    this.place = new URL(url).origin;
    this.#url = url;
    this.#secret = secret;
    this.#poster = new Poster({ clock, limits, reads: "status" });
  }

  open(): Promise<void> {
    return this.#poster.open(this.#url);
  }

  async send(message: PersonMessage, { wallAt }: Try): Promise<Verdict> {
    const body = bodyOf(message);
    const headers = headersOf(message, body, this.#secret, wallAt);
    return httpVerdict(await this.#poster.post({ url: this.#url, headers, body }), wallAt);
  }

  close(): Promise<void> {
    return this.#poster.close();
  }
}
