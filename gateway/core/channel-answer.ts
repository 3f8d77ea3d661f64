import { addressForm } from "./addresses.ts";
import { alarmOfKey, isOnTheWay, isUnresolved, type Delivery } from "./alarm.ts";
import { readAnswerText, type SaidText } from "./answer-text.ts";
import {
  answeredWords,
  askWords,
  isOpen,
  NOT_UNDERSTOOD,
  OVER,
  TEST_PASSED,
  tooLateWords,
  WHICH,
  wrongCode,
} from "./answer-words.ts";
import { channelKindNameOf } from "./channel-kinds.ts";
import type { OpenOffer } from "./answer-words.ts";
import { proveDelivery, takeAnswer } from "./answers.ts";
import type { ContactTest } from "./contact-test.ts";
import { contactTestOfKey, passContactTest } from "./contact-tests.ts";
import type { Draft } from "./draft.ts";
import { takeAtDutyPhone } from "./duty-phone-answer.ts";
import type { Input, Reply } from "./input.ts";
import type { Answer } from "./kinds.ts";
import { siteOf, type Tables } from "./state.ts";
import type { Word } from "./words.ts";

type ChannelAnswer = Extract<Input, { type: "channel-answer" }>;

const refused = (message: string, words?: Word): Reply => ({
  ok: false,
  code: "not-found",
  message,
  ...(words && { words }),
});

/**
 * What a person said on a channel's own way: a key during a call, a text. By its key the delivery is known; else the
 * person by their number and the offer by its code, or as the only one that is open. Nobody else's word counts, and
 * what cannot be read does nothing: the reply says what to write.
 */
export function takeChannelAnswer(draft: Draft, input: ChannelAnswer): Reply {
  const atDutyPhone = takeAtDutyPhone(draft, input);
  if (atDutyPhone) return atDutyPhone;
  const { tables } = draft;
  const asked = input.key === null ? undefined : contactTestOfKey(draft, input.key);
  if (asked) return passedTest(draft, asked);
  const keyed = byKey(tables, input);
  if (input.key !== null && !keyed) return refused(`no offer of channel ${input.channel} is answered by this`, OVER);
  const people = keyed ? new Set([keyed.offer.responder]) : peopleAt(tables, input);
  if (people.size === 0) return refused(`what came on channel ${input.channel} is from nobody's contact`);
  const offers = offersOf(tables, people);
  const said: SaidText =
    typeof input.said === "string" ? { answer: input.said, code: null } : readAnswerText(input.said.text);
  const tested = keyed ? undefined : testOf(tables, input, people, said, offers);
  if (tested) return passedTest(draft, tested);
  const found = keyed && said.code === null ? keyed : choose(offers, said);
  if (!found || said.answer === null) {
    const isWrong = said.code !== null && !found;
    const why = isWrong ? wrongCode(said.code!) : said.answer === null ? NOT_UNDERSTOOD : WHICH;
    const asked = found && isOpen(found) ? [found] : askedOf(offers);
    return refused("the answer names no offer of this person, or cannot be read", askWords(tables, asked, why));
  }
  return answerBy(draft, input, found, said.answer);
}

/** The test that a text answers: by its code, or as the only thing that this person was asked. */
function testOf(
  tables: Tables,
  { channel }: ChannelAnswer,
  people: ReadonlySet<string>,
  { code }: SaidText,
  offers: readonly OpenOffer[],
): ContactTest | undefined {
  const kind = kindOf(tables, channel);
  const running = [...tables.contactTests.values()].filter(
    (one) => people.has(one.responder) && kindOf(tables, one.channel) === kind,
  );
  if (code !== null) return running.find((one) => one.code === code);
  return askedOf(offers).length === 0 && running.length === 1 ? running[0] : undefined;
}

function passedTest(draft: Draft, test: ContactTest): Reply {
  passContactTest(draft, test);
  return { ok: true, changed: true, words: TEST_PASSED };
}

function byKey(tables: Tables, { key, channel }: ChannelAnswer): OpenOffer | null {
  const alarm = key === null ? undefined : tables.alarms.get(alarmOfKey(key));
  const delivery = alarm?.deliveries.find((one) => one.key === key && one.channel === channel);
  const offer = alarm?.offers.find(({ id }) => id === delivery?.offer);
  return alarm && offer ? { alarm, offer } : null;
}

const kindOf = (tables: Tables, channel: string): string => channelKindNameOf(siteOf(tables).facilities, channel);

/** Whose contact the sender is, on any entry of the same kind: a family may share a telephone, a site has two modems. */
function peopleAt(tables: Tables, { channel, address }: ChannelAnswer): ReadonlySet<string> {
  const people = new Set<string>();
  if (address === null) return people;
  const kind = kindOf(tables, channel);
  const from = addressForm(kind, address);
  if (from === "") return people;
  for (const contacts of tables.contacts.values())
    for (const one of contacts)
      if (kindOf(tables, one.channel) === kind && addressForm(kind, one.address) === from) people.add(one.responder);
  return people;
}

/** Their offers, those of unresolved alarms and the newest first. */
function offersOf(tables: Tables, people: ReadonlySet<string>): OpenOffer[] {
  const all = [...tables.alarms.values()].flatMap((alarm) =>
    alarm.offers.flatMap((offer) => (people.has(offer.responder) ? [{ alarm, offer }] : [])),
  );
  return all.sort((a, b) => Number(isUnresolved(b.alarm)) - Number(isUnresolved(a.alarm)) || b.offer.at - a.offer.at);
}

/** What a text without a code may mean: what waits for a word, else what was declined and may still be taken back. */
function askedOf(offers: readonly OpenOffer[]): readonly OpenOffer[] {
  const open = offers.filter(isOpen);
  return open.length > 0
    ? open
    : offers.filter(({ alarm, offer }) => isUnresolved(alarm) && offer.state === "declined");
}

/** The offer that is meant: by its code; without one only where there is no choice. */
function choose(offers: readonly OpenOffer[], { answer, code }: SaidText): OpenOffer | null {
  if (code !== null) return offers.find(({ offer }) => offer.code === code) ?? null;
  const asked = askedOf(offers);
  // Whoever arrives or leaves speaks of where they went; a call that just came cannot be left.
  const going = answer === "arrive" || answer === "done" ? asked.filter(({ offer }) => isOnTheWay(offer)) : [];
  if (answer === "done" && going.length === 0) return offers.find(({ offer }) => offer.state === "left") ?? null;
  const meant = going.length > 0 ? going : asked;
  if (meant.length > 0) return meant.length === 1 ? meant[0]! : null;
  // What they were last asked is over, and they are told so.
  return offers[0] ?? null;
}

function answerBy(draft: Draft, input: ChannelAnswer, { alarm, offer }: OpenOffer, said: Answer): Reply {
  const delivery = deliveryOf(draft.tables, input, { alarm, offer });
  const reply = takeAnswer(draft, { type: "answer", offer: offer.id, version: offer.version, answer: said });
  if (delivery) proveDelivery(draft, alarm.id, delivery, "answered");
  const now = draft.tables.alarms.get(alarm.id)!;
  const open = { alarm: now, offer: now.offers.find(({ id }) => id === offer.id)! };
  const counts = reply.ok && (isUnresolved(now) || said === "done");
  const words = counts ? answeredWords(draft.tables, open, said, reply.changed) : tooLateWords(draft.tables, open);
  return { ...reply, words };
}

/** The message that this answers: the one that was named, else the last that this person had on such a channel. */
function deliveryOf(
  tables: Tables,
  { key, channel }: ChannelAnswer,
  { alarm, offer }: OpenOffer,
): Delivery | undefined {
  if (key !== null) return alarm.deliveries.find((one) => one.key === key);
  const kind = kindOf(tables, channel);
  return alarm.deliveries.findLast(
    (one) => one.type === "offer" && one.offer === offer.id && kindOf(tables, one.channel) === kind,
  );
}
