import { isAwaiting, isOnTheWay, isUnresolved, proofOf } from "./alarm.ts";
import { channelKindNameOf, channelKindOf, pathOfChannel } from "./channel-kinds.ts";
import { CodeGiver } from "./codes.ts";
import { keyOfContactTest, type ContactTest, type ContactTestResult } from "./contact-test.ts";
import type { Contact } from "./directory.ts";
import type { Draft } from "./draft.ts";
import { clearFault, raiseFault } from "./faults.ts";
import type { Input, Reply } from "./input.ts";
import { siteOf, type Tables } from "./state.ts";
import { days, hours, type DurationMs } from "./units.ts";
import { namesOf } from "./watch.ts";

/** A test that nobody answered by then has failed. */
export const CONTACT_TEST_MS: DurationMs = hours(48);

/** Every contact is tested again after this long. */
export const CONTACT_TEST_EVERY_MS: DurationMs = days(28);

/** In so many rounds all contacts have had their turn: they are spread over the month. */
const ROUNDS_A_MONTH = 280;

export const CONTACTS_FAILED = "contacts-failed";

const isUsed = (tables: Tables, { channel }: Contact): boolean => siteOf(tables).facilities.channels.includes(channel);

/** Whether a test can prove anything: the person answers on it, or its link can be opened. A group is not asked. */
export function isTestable(tables: Tables, contact: Contact): boolean {
  const { facilities, publicProof } = siteOf(tables);
  const kind = channelKindOf(facilities, contact.channel);
  if (!isUsed(tables, contact) || kind.audience === "group") return false;
  return kind.proves === "answered" || (kind.page && publicProof !== null);
}

const isPathDown = (tables: Tables, { channel }: Contact): boolean =>
  tables.faults.get(`path:${pathOfChannel(channelKindNameOf(siteOf(tables).facilities, channel), channel)}`) !==
  undefined;

const hasOpenOffer = (tables: Tables, id: string): boolean =>
  [...tables.alarms.values()].some(
    (alarm) =>
      isUnresolved(alarm) &&
      alarm.offers.some((offer) => offer.responder === id && (isAwaiting(offer) || isOnTheWay(offer))),
  );

/** The monthly tests, a few at each round, the longest untested first: nobody gets two at once, or one during a call. */
export function testSomeContacts(draft: Draft): void {
  const { tables, now } = draft;
  const testable = [...tables.contacts.values()].flat().filter((contact) => isTestable(tables, contact));
  const running = new Set([...tables.contactTests.values()].map(({ responder }) => responder));
  const due = testable
    .filter((one) => one.test?.state !== "running" && (one.test?.at ?? -Infinity) <= now - CONTACT_TEST_EVERY_MS)
    .filter((one) => !isPathDown(tables, one) && !hasOpenOffer(tables, one.responder))
    .sort((a, b) => (a.test?.at ?? 0) - (b.test?.at ?? 0));
  let left = Math.ceil(testable.length / ROUNDS_A_MONTH);
  for (const contact of due) {
    if (left === 0) return;
    if (running.has(contact.responder)) continue;
    running.add(contact.responder);
    startContactTest(draft, contact, null);
    left--;
  }
}

function startContactTest(draft: Draft, { responder, channel, order: contact }: Contact, by: string | null): void {
  const { tables, now } = draft;
  const { gatewayId, lastNumber } = siteOf(tables);
  const test = `${gatewayId}-${lastNumber + 1}`;
  const code = new CodeGiver(tables, now).next();
  const failAt = now + CONTACT_TEST_MS;
  draft.emit({ kind: "contact-test-started", test, responder, channel, contact, code, failAt, by, at: now });
  draft.act({ do: "deliver", key: keyOfContactTest(test) });
}

/** On demand: every contact of a person, or those on one channel. A test that runs begins anew. */
export function takeContactTest(
  draft: Draft,
  { responder, channel, by }: Extract<Input, { type: "test-contact" }>,
): Reply {
  const { tables } = draft;
  if (!tables.responders.get(responder))
    return { ok: false, code: "not-found", message: `no responder ${responder}; \`okc responders\` lists them` };
  const wanted = (tables.contacts.get(responder) ?? []).filter((one) => channel === null || one.channel === channel);
  const testable = wanted.filter((contact) => isTestable(tables, contact));
  if (testable.length === 0)
    return {
      ok: false,
      code: "not-now",
      message: `${responder} has no contact that a test can prove: a group is not asked, and a link needs a public address that was proved`,
    };
  for (const contact of testable) {
    for (const test of [...tables.contactTests.values()])
      if (test.responder === responder && test.channel === contact.channel && test.contact === contact.order)
        endContactTest(draft, test, "failed", "begun anew");
    startContactTest(draft, contact, by.name);
  }
  return { ok: true, changed: true };
}

/** The test that a key belongs to. */
export function contactTestOfKey({ tables }: Pick<Draft, "tables">, key: string): ContactTest | undefined {
  const [, id] = /^(.+)\.t1$/.exec(key) ?? [];
  return id === undefined ? undefined : tables.contactTests.get(id);
}

export function takeContactTestReceipt(
  draft: Draft,
  test: ContactTest,
  receipt: Extract<Input, { type: "receipt" }>,
): void {
  const { status, detail } = receipt;
  if (status === "failed") return endContactTest(draft, test, "failed", detail);
  if (status === "answered") return endContactTest(draft, test, "passed", null);
  if (proofOf(status) >= 2 && !test.isDelivered)
    draft.emit({ kind: "contact-test-delivered", test: test.id, at: draft.now });
}

/** A person answered it, or touched its page. */
export const passContactTest = (draft: Draft, test: ContactTest): void => endContactTest(draft, test, "passed", null);

/** The page of a test was touched. */
export function seeContactTest(draft: Draft, id: string): Reply {
  const test = draft.tables.contactTests.get(id);
  if (test) passContactTest(draft, test);
  return { ok: true, changed: test !== undefined };
}

/** Nobody answered in time: what the way itself proved is noted as no more than that. */
export const endOverdueContactTest = (draft: Draft, test: ContactTest): void =>
  endContactTest(draft, test, test.isDelivered ? "delivered" : "failed", null);

function endContactTest(draft: Draft, { id }: ContactTest, result: ContactTestResult, detail: string | null): void {
  draft.act({ do: "withdraw", key: keyOfContactTest(id) });
  draft.emit({ kind: "contact-test-ended", test: id, result, detail, at: draft.now });
  if (failedContacts(draft.tables).length === 0)
    clearFault(draft, CONTACTS_FAILED, "every contact passed its test again");
}

/** After a start: tests without an end leave again under their keys. */
export const contactTestsToSend = ({ tables }: Pick<Draft, "tables">): string[] =>
  [...tables.contactTests.values()].filter((one) => !one.isDelivered).map(({ id }) => keyOfContactTest(id));

/** Contacts that failed their last test, as `v1 by sms`. */
export const failedContacts = (tables: Tables): string[] =>
  [...tables.contacts.values()]
    .flat()
    .filter((contact) => contact.test?.state === "failed" && isUsed(tables, contact))
    .map(({ responder, channel }) => `${responder} by ${channel}`);

/** Before the night: who cannot be relied on to be reached, in one row. */
export function reportFailedContacts(draft: Draft): void {
  const failed = failedContacts(draft.tables);
  if (failed.length === 0) return clearFault(draft, CONTACTS_FAILED, "every contact passed its test again");
  raiseFault(draft, CONTACTS_FAILED, "contact-failed", `did not answer their last test: ${namesOf(failed)}`);
}
