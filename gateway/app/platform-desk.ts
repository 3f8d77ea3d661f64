import { createHmac, timingSafeEqual } from "node:crypto";
import { ERROR_CODES, type ErrorCode } from "../core/errors.ts";
import type { Input, Reply } from "../core/input.ts";
import { readPlatformAct, type ReadAct } from "../core/platform-act-reader.ts";
import type { PlatformReply } from "../core/platform-message.ts";
import { minutes } from "../core/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log, Meter } from "../ports/log.ts";
import type { HeardAct, PlatformIntake } from "../ports/platform.ts";

/** A signature is good for so long before and after the time that it names. */
const SIGNED_WITHIN_MS = minutes(5);

export interface PlatformDeskParts {
  /** By name: what each signs with. */
  readonly platforms: readonly { readonly name: string; readonly inbound: string }[];
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Pick<Meter, "count">;
}

type Submit = (input: Input) => Promise<Reply>;

/** The desks of city platforms: what their operators do with an alarm here is done under their name. */
export class PlatformDesk implements PlatformIntake {
  readonly #parts: PlatformDeskParts;
  #submit: Submit | null = null;

  constructor(parts: PlatformDeskParts) {
    this.#parts = parts;
  }

  /** Nothing is taken before the rules are there. */
  use(submit: Submit): void {
    this.#submit = submit;
  }

  async take(name: string, signature: string | null, body: string): ReturnType<PlatformIntake["take"]> {
    const { platforms, clock } = this.#parts;
    const platform = platforms.find((one) => one.name === name);
    if (!platform || signature === null || !isSigned(signature, body, platform.inbound, clock.wall())) return null;
    const read = readBody(body);
    if ("wrong" in read) return answered("", "bad-input", read.wrong);
    return this.#do(name, read.act);
  }

  async hear(name: string, acts: readonly unknown[]): Promise<readonly HeardAct[]> {
    const heard: HeardAct[] = [];
    for (const said of acts) {
      const read = readPlatformAct(said);
      if ("wrong" in read) this.#refuse(name, read.wrong);
      else heard.push(await this.#hearOne(name, read.act));
    }
    return heard;
  }

  async #hearOne(name: string, act: Extract<ReadAct, { act: unknown }>["act"]): Promise<HeardAct> {
    const done = await this.#do(name, act)
      .then(({ body }) => {
        if (body.error) this.#refuse(name, body.error.message);
        return body.done;
      })
      .catch((error: unknown) => {
        this.#refuse(name, String(error));
        return false;
      });
    return { act: act.act, alarm: act.alarm, done };
  }

  /** In its answer a platform is told nothing back: the next news show how the alarm stands. */
  #refuse(name: string, why: string): void {
    this.#parts.meter.count("okc_platform_refused_total", { platform: name });
    this.#parts.log.warn(`platform ${name}: an act in its answer was not done: ${why}`);
  }

  async #do(platform: string, act: Extract<ReadAct, { act: unknown }>["act"]) {
    if (!this.#submit) return answered(act.id, "not-reachable", "the gateway is still reading its journal");
    const reply = await this.#submit({ type: "platform-act", platform, ...act });
    const { alarm, answer } = reply;
    const shown = alarm && { id: alarm.id, version: alarm.version, state: alarm.state };
    const then = answer && alarm && { id: alarm.id, version: answer.version, state: answer.state };
    return reply.ok
      ? answered(act.id, null, "", then ?? shown)
      : answered(act.id, reply.code, reply.message, then ?? shown);
  }
}

function answered(id: string, code: ErrorCode | null, message: string, alarm: PlatformReply["alarm"] = null) {
  const error = code === null ? null : { code, message };
  const body: PlatformReply = { id, done: code === null, error, alarm };
  return { status: code === null ? 200 : ERROR_CODES[code].status, body };
}

function readBody(body: string): ReadAct {
  try {
    return readPlatformAct(JSON.parse(body));
  } catch {
    return { wrong: "the body is not JSON" };
  }
}

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, as our own requests are signed. */
function isSigned(signature: string, body: string, secret: string, wallAt: number): boolean {
  const [, t, given] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  if (t === undefined || given === undefined) return false;
  const expected = createHmac("sha256", secret).update(`${t}.${body}`).digest();
  const isTheirs = timingSafeEqual(expected, Buffer.from(given, "hex"));
  return isTheirs && Math.abs(wallAt - Number(t) * 1_000) <= SIGNED_WITHIN_MS;
}
