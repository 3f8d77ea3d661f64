import type { Tables } from "./state.ts";

/** The fault that stands while no page of the desk proves life and sound. */
export const DESK_PATH = "path:desk";

/** Whether an alarm that opens now would be seen and heard at the desk. */
export const isDeskAwake = (tables: Pick<Tables, "faults">): boolean => tables.faults.get(DESK_PATH) === undefined;
