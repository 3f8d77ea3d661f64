import type { Cell } from "./cells.ts";
import type { Happening } from "./facts.ts";

/** What must be true of every cell in `states` after every input that `inputs` matches. */
export interface Rule {
  readonly inputs: RegExp;
  readonly states: readonly Cell["state"][];
  readonly says: string;
  readonly check: (happening: Happening) => void;
}

export const UNRESOLVED: readonly Cell["state"][] = ["alerting", "owned", "attending", "attending-owned"];
export const OVER: readonly Cell["state"][] = ["resolved", "closed"];
export const UNOWNED: readonly Cell["state"][] = ["alerting", "attending"];
export const OWNED: readonly Cell["state"][] = ["owned", "attending-owned"];
