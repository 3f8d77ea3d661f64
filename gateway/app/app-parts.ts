import type { Definition } from "../core/definition.ts";
import type { Facilities } from "../core/events.ts";
import type { Policy } from "../core/policy.ts";
import type { DutyPlan } from "../core/rota.ts";
import type { Clock } from "../ports/clock.ts";
import type { Journal } from "../ports/journal.ts";
import type { Log, Meter } from "../ports/log.ts";
import type { Channels } from "./outlets.ts";
import type { Language, OfferSigner } from "./render.ts";

/** What the main path is built of. */
export interface AppParts {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly log: Log;
  readonly meter: Meter;
  readonly definitions: readonly Definition[];
  readonly channels: Channels;
  readonly signer: OfferSigner;
  readonly facilities: Facilities;
  readonly policies: readonly Policy[];
  readonly language: Language;
  /** Null: the site has no duty file. */
  readonly duty: DutyPlan | null;
  readonly version: string;
}
