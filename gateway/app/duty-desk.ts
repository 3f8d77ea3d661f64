import type { Actor } from "../core/directory.ts";
import { checkDuty } from "../core/duty-check.ts";
import { viewDuty, viewOverride } from "../core/duty-view.ts";
import { dutyOf } from "../core/duty.ts";
import { GatewayError } from "../core/errors.ts";
import type { Facilities } from "../core/events.ts";
import type { Input, Reply } from "../core/input.ts";
import type { Policy } from "../core/policy.ts";
import type { DutyPlan } from "../core/rota.ts";
import { parseSiteTime } from "../core/site-time.ts";
import type { State } from "../core/state.ts";
import type { Clock } from "../ports/clock.ts";
import type { DutyDesk, RosterFindings, WantedOverride } from "../ports/duty.ts";

interface DutyParts {
  readonly app: { readonly state: State; submit(input: Input): Promise<Reply> };
  readonly clock: Clock;
  readonly facilities: Facilities;
  /** Those in force. */
  readonly policies: readonly Policy[];
  readonly duty: DutyPlan | null;
  /** What the next start would put into force; throws a GatewayError that says what is wrong with the file. */
  readonly readDuty?: () => DutyPlan | null;
}

const NOTHING: RosterFindings = { problems: [], warnings: [] };

/** The roster as people ask for it: in the site's time, with names, and with what is wrong with it. */
export class Rosters implements DutyDesk {
  readonly #parts: DutyParts;

  constructor(parts: DutyParts) {
    this.#parts = parts;
  }

  view() {
    const { app, clock, duty } = this.#parts;
    return viewDuty(app.state, duty, clock.now());
  }

  findings(policies: readonly Policy[] = this.#parts.policies): RosterFindings {
    try {
      return this.#check(this.#nextPlan(), policies);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return { problems: error.message.split("\n"), warnings: [] };
    }
  }

  /** The file says something else than what is in force. */
  get isChanged(): boolean {
    try {
      return JSON.stringify(this.#nextPlan()) !== JSON.stringify(this.#parts.duty);
    } catch {
      return false;
    }
  }

  async override({ from, to, ...wanted }: WantedOverride, by: Actor) {
    const { app, facilities } = this.#parts;
    const span = {
      from: parseSiteTime(from, facilities.timezone, "from"),
      to: parseSiteTime(to, facilities.timezone, "to"),
    };
    const reply = await app.submit({ type: "duty", act: "override", ...wanted, ...span, by });
    if (!reply.ok) throw new GatewayError(reply.code, reply.message);
    return { override: viewOverride(app.state, reply.override!), ...this.#inForce() };
  }

  async end(override: string, by: Actor): Promise<RosterFindings> {
    const reply = await this.#parts.app.submit({ type: "duty", act: "end", override, by });
    if (!reply.ok) throw new GatewayError(reply.code, reply.message);
    return this.#inForce();
  }

  #nextPlan(): DutyPlan | null {
    const { readDuty, duty } = this.#parts;
    return readDuty ? readDuty() : duty;
  }

  #inForce(): RosterFindings {
    return this.#check(dutyOf(this.#parts.app.state).plan, this.#parts.policies);
  }

  #check(plan: DutyPlan | null, policies: readonly Policy[]): RosterFindings {
    const { app, clock, facilities } = this.#parts;
    if (!plan) return NOTHING;
    const { overrides } = dutyOf(app.state);
    return checkDuty({ plan, overrides, policies, tables: app.state, facilities }, clock.now());
  }
}
