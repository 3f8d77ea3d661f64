import { takeAct } from "./acts.ts";
import { takeChannelAnswer } from "./channel-answer.ts";
import { seeContactTest, takeContactTest } from "./contact-tests.ts";
import { planRounds } from "./rounds.ts";
import { takeDeviceAct } from "./device-acts.ts";
import { alarmOfKey, isUnresolved } from "./alarm.ts";
import { takeAnswer } from "./answers.ts";
import { isDeskAwake } from "./desk-path.ts";
import { Draft } from "./draft.ts";
import { runDue } from "./due.ts";
import { takeDutyAct } from "./duty-acts.ts";
import { standInForDesk } from "./escalate.ts";
import type { DomainEvent } from "./events.ts";
import { raiseFault } from "./faults.ts";
import { hear, takeUndecided } from "./hear.ts";
import type { Effect, Heard, Input, Reply } from "./input.ts";
import { takeLearnAct } from "./learn.ts";
import { takePlatformAct } from "./platform-acts.ts";
import { takeReceipt } from "./receipts.ts";
import { learnNames, loseDevice } from "./names.ts";
import { tellPlatforms } from "./news.ts";
import { deviceIdOf } from "./report.ts";
import { takeSession, takeSetUp } from "./sessions.ts";
import { start, stepClock } from "./started.ts";
import { noteAgain, noteAll, siteOf, type State } from "./state.ts";
import type { EpochMs } from "./units.ts";
import { endDeafness } from "./watch.ts";
import { reviewVolunteers } from "./widening.ts";

export interface Decision {
  /** The same object as was given, moved on. It is used linearly: nobody keeps an old one. */
  readonly state: State;
  readonly events: readonly DomainEvent[];
  readonly effects: readonly Effect[];
  readonly reply: Reply | null;
  readonly heard: Heard | null;
}

/**
 * The rules. Same state, input and time give the same decision; no I/O, no clock, no randomness. Policies are part of
 * the state, as the journal has them. If a rule throws, the state is as it was.
 */
export function step(state: State, input: Input, now: EpochMs): Decision {
  const draft = new Draft(state, now);
  const { reply, heard } = decide(draft, input);
  reviewVolunteers(draft);
  tellPlatforms(draft);
  draft.commit();
  if (input.type === "due") noteAgain(state, input.key);
  if (input.type === "clock-stepped") noteAll(state);
  return { state, events: draft.events, effects: draft.effects, reply, heard };
}

/** The alarms that a decision opened. */
export const openedBy = (events: readonly DomainEvent[]): string[] =>
  events.flatMap((event) => (event.kind === "alarm-opened" ? [event.alarm] : []));

const NOTHING = { reply: null, heard: null };

function decide(draft: Draft, input: Input): { readonly reply: Reply | null; readonly heard: Heard | null } {
  switch (input.type) {
    case "report":
      return { reply: null, heard: hear(draft, input) };
    case "names":
      learnNames(draft, input.bridge, input.names);
      return NOTHING;
    case "device-lost":
      loseDevice(draft, input.bridge, input.address, input.how);
      return NOTHING;
    case "undecided":
      takeUndecided(draft, input.report, input.why);
      return { reply: null, heard: "unverified" };
    case "act":
      return { reply: takeAct(draft, input), heard: null };
    case "learn":
      return { reply: takeLearnAct(draft, input), heard: null };
    case "device-act":
      return { reply: takeDeviceAct(draft, input), heard: null };
    case "duty":
      return { reply: takeDutyAct(draft, input), heard: null };
    case "platform-act":
      return { reply: takePlatformAct(draft, input), heard: null };
    case "answer":
      return { reply: takeAnswer(draft, input), heard: null };
    case "test-contact":
      return { reply: takeContactTest(draft, input), heard: null };
    case "contact-test-seen":
      return { reply: seeContactTest(draft, input.test), heard: null };
    case "channel-answer":
      return { reply: takeChannelAnswer(draft, input), heard: null };
    case "receipt":
      takeReceipt(draft, input);
      return NOTHING;
    case "due":
      runDue(draft, input.key);
      return NOTHING;
    case "started":
      start(draft, input);
      return NOTHING;
    case "clock-stepped":
      stepClock(draft, input.byMs);
      return NOTHING;
    case "fault":
      takeFault(draft, input);
      return NOTHING;
    case "set-up":
      return { reply: takeSetUp(draft, input), heard: null };
    case "session":
      takeSession(draft, input);
      return NOTHING;
    case "save":
      for (const event of input.events)
        draft.emit(event.kind === "device-saved" ? { ...event, at: event.at ?? draft.now } : event);
      if (siteOf(draft.tables).roundsAt === null) planRounds(draft);
      return NOTHING;
    case "contact-gone":
      forgetContact(draft, input);
      return NOTHING;
    case "key-copy":
      draft.emit({ kind: "key-copy-confirmed", mark: input.mark, by: input.by, at: draft.now });
      return NOTHING;
    case "public-url-proved":
      draft.emit({ kind: "public-url-proved", url: input.url, at: draft.now });
      return NOTHING;
    default:
      noteTimes(draft, input);
      return NOTHING;
  }
}

/** Of several under the same order none may go for another: the address tells. */
function forgetContact(draft: Draft, { channel, responder, address }: Extract<Input, { type: "contact-gone" }>): void {
  const gone = draft.tables.contacts
    .get(responder)
    ?.find((contact) => contact.channel === channel && contact.address === address);
  if (gone && address !== "") draft.emit({ kind: "contact-removed", responder, channel, order: gone.order });
}

function takeFault(draft: Draft, { key, code, active, detail }: Extract<Input, { type: "fault" }>): void {
  if (active) {
    const wasAwake = isDeskAwake(draft.tables);
    raiseFault(draft, key, code, detail);
    if (wasAwake && !isDeskAwake(draft.tables)) standInForDesk(draft);
    return;
  }
  endDeafness(draft, key, detail);
}

/** What was measured about an alarm: when it was safe, when the wearer was told. */
function noteTimes(draft: Draft, input: Extract<Input, { type: "said" | "journaled" | "not-logged" }>): void {
  const { tables, now } = draft;
  if (input.type === "said") {
    const { bridge, address, counter, say } = input.order;
    const device = deviceIdOf(bridge, address);
    const subject = tables.enrolled.get(device)?.resident ?? device;
    for (const id of tables.alarmsOf.get(subject) ?? []) {
      const alarm = tables.alarms.get(id)!;
      if (!isUnresolved(alarm) || !alarm.presses.some((one) => one.device === device && one.counter === counter))
        continue;
      if (say === "heard" && alarm.times.heardAt !== null) continue;
      draft.emit({ kind: "wearer-told", alarm: id, say, at: input.at });
    }
    return;
  }
  const alarm = tables.alarms.get(input.alarm) ?? tables.alarms.get(alarmOfKey(input.alarm));
  if (!alarm) return;
  if (input.type === "journaled") draft.emit({ kind: "alarm-journaled", alarm: alarm.id, at: input.at });
  else if (!alarm.flags.includes("notLogged"))
    draft.emit({ kind: "alarm-flagged", alarm: alarm.id, flags: ["notLogged"], at: now });
}
