import type { Actor } from "../core/directory.ts";
import type { DutyView, viewOverride } from "../core/duty-view.ts";

/** A change of the roster as a person asks for it, in the site's time. */
export interface WantedOverride {
  readonly from: string;
  readonly to: string;
  readonly rota: string | null;
  readonly instead: string | null;
  /** Empty: nobody. */
  readonly people: readonly string[];
}

/** What is wrong with the roster, a line each, for the coming weeks. */
export interface RosterFindings {
  /** Times in which nobody would be called. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Who is on duty, for people and their programs. */
export interface DutyDesk {
  view(): DutyView;
  /** Looks at the duty file as it is now, with what people changed since. */
  findings(): RosterFindings;
  /** Throws GatewayError where the change is none; gives it with what is wrong with the roster then. */
  override(
    wanted: WantedOverride,
    by: Actor,
  ): Promise<{ readonly override: ReturnType<typeof viewOverride> } & RosterFindings>;
  end(override: string, by: Actor): Promise<RosterFindings>;
}
