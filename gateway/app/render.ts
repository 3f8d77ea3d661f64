import { FORGET_AFTER_MS } from "../core/acts.ts";
import { alarmOfKey, type Alarm, type Delivery } from "../core/alarm.ts";
import { reasonText } from "../core/by-whom.ts";
import { policyOf } from "../core/escalate.ts";
import type { SiteReport } from "../core/site-report.ts";
import { siteOf, type PublicProof, type State } from "../core/state.ts";
import { channelKindOf } from "../core/channel-kinds.ts";
import {
  groupWithdrawnWords,
  groupWords,
  offerWords,
  withdrawnWords,
  type Told,
  type Words,
} from "../core/message-words.ts";
import { keyOfNotice, type Notice } from "../core/notice.ts";
import { contactTestWords, noticeWords } from "../core/notice-words.ts";
import { keyOfContactTest, type ContactTest } from "../core/contact-test.ts";
import type { HotlineDetails, HotlineMessage, NoticeMessage, OfferMessage } from "../ports/channel.ts";

/** Behind every call for help. */
const NOTICE_PRIORITY = 5;

export type Language = Told["language"];

/** Signs the links of offers: one text gives one token, and nobody else can make it. */
export interface OfferSigner {
  /** The page of an offer (`o`) or of the test of a contact (`t`) for its person; null: nothing proves yet that it can be opened from outside. */
  link(of: string, proof: PublicProof | null, page?: "o" | "t"): string | null;
  /** An alarm at the desk, for who may log in there; null: nothing proves yet that it can be opened from outside. */
  desk(alarm: string, proof: PublicProof | null): string | null;
  /** Where programs answer. */
  url(offer: string): string;
  token(offer: string): string;
}

/** A message as it leaves, from what is true now. Null: it was taken back meanwhile, or its alarm is gone. */
export function findDelivery(state: State, key: string): { alarm: Alarm; delivery: Delivery } | null {
  const alarm = state.alarms.get(alarmOfKey(key));
  const delivery = alarm?.deliveries.find((one) => one.key === key);
  return alarm && delivery && delivery.status !== "stopped" ? { alarm, delivery } : null;
}

export function renderHotline(
  state: State,
  alarm: Alarm,
  { key, event, qualifier }: Delivery,
  signer: OfferSigner,
  language: Language,
): HotlineMessage {
  const resident = alarm.resident === null ? undefined : state.residents.get(alarm.resident);
  return {
    key,
    alarm: alarm.id,
    priority: alarm.priority,
    event: event!,
    qualifier: qualifier!,
    account: resident?.account ?? null,
    zone: resident?.zone ?? null,
    details: detailsOf(state, alarm, signer, language),
  };
}

function detailsOf(state: State, alarm: Alarm, signer: OfferSigner, language: Language): HotlineDetails {
  const { kind, flags, openedAt, position, times } = alarm;
  const home = homeOf(state, alarm);
  return {
    kind,
    flags,
    means: state.enrolled.get(alarm.device)?.means ?? null,
    openedAt,
    pressedAt: times.pressedAt,
    resident: home,
    sip: sipOf(state, alarm),
    position: position ? { lat: position.lat, lon: position.lon } : null,
    link: signer.desk(alarm.id, siteOf(state).publicProof),
    words: offerWords({ language, kind, home, code: null }),
    ...(alarm.rejectedBy && { rejectedBy: alarm.rejectedBy }),
  };
}

/** Where the wearer can be spoken with: the device that was pressed, else another one of the same home. */
function sipOf({ enrolled }: State, { device, resident }: Alarm): string | null {
  const own = enrolled.get(device)?.sip ?? null;
  if (own !== null || resident === null) return own;
  for (const { sip, resident: of, standing } of enrolled.values())
    if (sip !== null && of === resident && standing === "in-use") return sip;
  return null;
}

function homeOf(state: State, { resident: id }: Alarm) {
  const resident = id === null ? undefined : state.residents.get(id);
  if (!resident) return null;
  const { name, building, unit, room, phone } = resident;
  return { name, building, unit, room, phone };
}

export function renderSiteReport(state: State, { key, event, qualifier, resident }: SiteReport): HotlineMessage {
  const person = resident === null ? undefined : state.residents.get(resident);
  const { account = null, zone = null } = person ?? {};
  return { key, alarm: null, priority: 5, event, qualifier, account, zone, details: null };
}

/** Name and house to the person asked; key place and notes are not in any message. */
export function renderOffer(
  state: State,
  alarm: Alarm,
  delivery: Delivery,
  signer: OfferSigner,
  language: Language,
): OfferMessage | null {
  const offer = alarm.offers.find(({ id }) => id === delivery.offer);
  if (!offer) return null;
  const home = homeOf(state, alarm);
  const isGroup = channelKindOf(siteOf(state).facilities, delivery.channel).audience === "group";
  const { id, version } = offer;
  const reason = delivery.reason === null ? null : reasonText(state, delivery.reason);
  const isOver = delivery.type === "withdrawn";
  const told: Told = { language, kind: alarm.kind, home, code: offer.code ?? null, isKeyWanted: offer.task === "key" };
  return {
    key: delivery.key,
    type: isOver ? "withdrawn" : "offer",
    priority: alarm.priority,
    words: wordsOf(told, isGroup, isOver, reason),
    code: isOver ? null : told.code,
    offer: { id, version },
    alarm: { id: alarm.id, kind: alarm.kind, priority: alarm.priority },
    responder: offer.responder,
    address: addressOf(state, delivery),
    resident: home && !isGroup ? { name: home.name, building: home.building, unit: home.unit, room: home.room } : null,
    link: isGroup ? null : linkOf(signer.link(id, siteOf(state).publicProof), delivery),
    answer: isGroup ? null : { url: signer.url(id), token: signer.token(id), expiresAt: earliestEnd(delivery) },
    // "Taken by 王芳" names somebody, and a group reads along.
    reason: isGroup ? null : reason,
  };
}

function wordsOf(told: Told, isGroup: boolean, isOver: boolean, reason: string | null): Words {
  if (isGroup) return isOver ? groupWithdrawnWords(told) : groupWords(told);
  return isOver ? withdrawnWords(told, reason) : offerWords(told);
}

/** The link says which message it stood in, so that a touch of the page proves that very way. */
const linkOf = (page: string | null, { key }: Delivery): string | null =>
  page && `${page}.${key.slice(key.lastIndexOf(".") + 1)}`;

/** Something that is no call for help: one person's lines, with the names as they are now. */
export function renderNotice(state: State, notice: Notice, language: Language): NoticeMessage {
  const { responder, tried } = notice;
  const { channel, contact } = tried.at(-1)!;
  return {
    type: "notice",
    key: keyOfNotice(notice),
    responder,
    address: addressOf(state, { to: responder, channel, contact }),
    priority: NOTICE_PRIORITY,
    words: noticeWords(state, notice, language),
    link: null,
    code: null,
  };
}

/** An alarm that nobody has taken, for whoever sits at the duty phone. */
export function renderDutyPhone(state: State, alarm: Alarm, { key }: Delivery, language: Language): NoticeMessage {
  const { kind, priority } = alarm;
  const address = policyOf(state, alarm).deadEnd.dutyPhone ?? "";
  const words = offerWords({ language, kind, home: homeOf(state, alarm), code: null });
  return { type: "notice", key, responder: "duty-phone", address, priority, words, link: null, code: null };
}

/** The test of a contact: it says first that it is one. */
export function renderContactTest(
  state: State,
  test: ContactTest,
  signer: OfferSigner,
  language: Language,
): NoticeMessage {
  const { id, responder, channel, contact, code } = test;
  const { page, proves } = channelKindOf(siteOf(state).facilities, channel);
  const answers = proves === "answered" ? code : null;
  const link = page ? signer.link(id, siteOf(state).publicProof, "t") : null;
  return {
    type: "contact-test",
    key: keyOfContactTest(id),
    responder,
    address: addressOf(state, { to: responder, channel, contact }),
    priority: NOTICE_PRIORITY,
    words: contactTestWords(answers, link !== null, language),
    link,
    code: answers,
  };
}

/** As the directory has it now; empty once the contact or its person was erased. */
function addressOf(state: State, { to, channel, contact }: Pick<Delivery, "to" | "channel" | "contact">): string {
  const contacts = state.contacts.get(to) ?? [];
  return contacts.find((one) => one.channel === channel && one.order === contact)?.address ?? "";
}

/** A link lives until a day after its alarm was closed; it was not yet when this was queued. */
const earliestEnd = ({ queuedAt }: Delivery): string => new Date(queuedAt + FORGET_AFTER_MS).toISOString();
