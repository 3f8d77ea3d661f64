import type { ContactTest, ContactTested, ContactTestEvent } from "./contact-test.ts";
import { siteOf, type Tables } from "./state.ts";

export function evolveContactTest(tables: Tables, event: ContactTestEvent): void {
  const { test: id, at } = event;
  const known = tables.contactTests.get(id);
  switch (event.kind) {
    case "contact-test-started": {
      const { responder, channel, contact, code, failAt } = event;
      const test: ContactTest = { id, responder, channel, contact, code, startedAt: at, failAt, isDelivered: false };
      const site = siteOf(tables);
      tables.site.set("site", { ...site, codesGiven: site.codesGiven + 1 });
      tables.contactTests.set(id, test);
      return note(tables, test, (before) => ({ state: "running", at, okAt: before?.okAt ?? null }));
    }
    case "contact-test-delivered":
      return known && tables.contactTests.set(id, { ...known, isDelivered: true });
    case "contact-test-ended": {
      const { result: state } = event;
      tables.contactTests.delete(id);
      if (!known) return;
      const okAt = state === "passed" ? at : null;
      return note(tables, known, (before) => ({ state, at: known.startedAt, okAt: okAt ?? before?.okAt ?? null }));
    }
  }
}

function note(
  tables: Tables,
  { responder, channel, contact }: ContactTest,
  tested: (before: ContactTested | undefined) => ContactTested,
): void {
  const contacts = tables.contacts.get(responder) ?? [];
  const next = contacts.map((one) =>
    one.channel === channel && one.order === contact ? { ...one, test: tested(one.test) } : one,
  );
  tables.contacts.set(responder, next);
}
