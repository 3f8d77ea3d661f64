import type { JournalEvent } from "../../ports/journal.ts";

/** The version of the events that this release writes. Raised when the meaning of a stored field changes. */
export const EVENT_SCHEMA = 1;

/** Turns an event of version `from` into the form of version `from + 1`. */
export interface Upcaster {
  readonly from: number;
  readonly kind: string;
  upcast(event: JournalEvent): JournalEvent;
}

/** Empty while there is one version. A row stays here for ever: journals of any age are folded. */
export const UPCASTERS: readonly Upcaster[] = [];

export type Upcast = (v: number, event: JournalEvent) => JournalEvent;

/**
 * Brings a stored event to the present version, one version after the other. An upcaster may change the kind; the
 * next step then looks for the new one. Kinds without an upcaster did not change in that version.
 */
export function createUpcast(upcasters: readonly Upcaster[] = UPCASTERS, schema = EVENT_SCHEMA): Upcast {
  const table = new Map(upcasters.map((upcaster) => [`${upcaster.from} ${upcaster.kind}`, upcaster]));
  return (v, event) => {
    let current = event;
    for (let from = v; from < schema; from++) {
      const upcaster = table.get(`${from} ${current.kind}`);
      if (upcaster) current = upcaster.upcast(current);
    }
    return current;
  };
}
