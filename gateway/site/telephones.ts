import { join } from "node:path";
import type { HotlineCalls } from "../adapters/voice/hotline-calls.ts";
import type { PersonCalls } from "../adapters/voice/person-calls.ts";
import type { Prompts } from "../adapters/voice/prompts.ts";
import type { Telephone } from "../adapters/voice/telephone.ts";
import type { ChannelParts } from "./channels.ts";
import type { VoiceHotlineConfig } from "../config/hotline/voice.ts";
import type { VoicePeopleConfig } from "../config/volunteers/voice.ts";
import type { VoiceConfig } from "../config.ts";

interface Line {
  readonly telephone: Telephone;
  readonly prompts: Prompts;
}

/** The telephones of a site: each SIP account is one, shared by everything that calls through it. */
export class Telephones {
  readonly #parts: ChannelParts;
  readonly #lines = new Map<string, Promise<Line>>();

  constructor(parts: ChannelParts) {
    this.#parts = parts;
  }

  async hotline({ name: id, through, number, callBackMs, bridge }: VoiceHotlineConfig): Promise<HotlineCalls> {
    const { HotlineCalls } = await import("../adapters/voice/hotline-calls.ts");
    return new HotlineCalls({
      id,
      number,
      callBackMs,
      bridge,
      clock: this.#parts.clock,
      ...(await this.#line(through)),
    });
  }

  async people({ name: id, through }: VoicePeopleConfig): Promise<PersonCalls> {
    const { PersonCalls } = await import("../adapters/voice/person-calls.ts");
    return new PersonCalls({ id, clock: this.#parts.clock, ...(await this.#line(through)) });
  }

  /** Null: the first account. The configuration was checked: there is one. */
  #line(through: string | null): Promise<Line> {
    const { voice } = this.#parts.config;
    const account = voice.find(({ name }) => through === null || name === through)!;
    const known = this.#lines.get(account.name) ?? this.#build(account);
    this.#lines.set(account.name, known);
    return known;
  }

  async #build({ name, lines, prompts: recorded, heartbeatMs, ...sip }: VoiceConfig): Promise<Line> {
    const { Telephone } = await import("../adapters/voice/telephone.ts");
    const { Prompts } = await import("../adapters/voice/prompts.ts");
    const { config, clock, log, meter } = this.#parts;
    const folder = join(config.data, "voice");
    const account = { ...sip, heartbeatS: Math.round(heartbeatMs / 1_000) };
    const parts = { name, account, lines, folder: join(folder, name), clock, log, meter };
    const { language } = config.site;
    return {
      telephone: new Telephone(parts),
      prompts: new Prompts({ language, cache: join(folder, "phrases"), recorded, clock }),
    };
  }
}
