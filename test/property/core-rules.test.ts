import assert from "node:assert/strict";
import fc from "fast-check";
import { isLive } from "../../gateway/core/messages.ts";
import { isAwaiting, isUnresolved, type Alarm } from "../../gateway/core/alarm.ts";
import { DELIVERIES_MAX } from "../../gateway/core/evolve-alarm-messages.ts";
import type { DirectoryEvent, MessagesQueued, StepRun } from "../../gateway/core/events.ts";
import type { Input } from "../../gateway/core/input.ts";
import type { Report } from "../../gateway/core/report.ts";
import { PROVE_WITHIN_MS } from "../../gateway/core/learn-events.ts";
import { writeState } from "../../gateway/core/state.ts";
import { step, type Decision } from "../../gateway/core/step.ts";
import { seconds } from "../../gateway/core/units.ts";
import { COMMUNITY, device } from "../support/core-community.ts";
import { commands, run, type Command } from "../support/core-commands.ts";
import { CoreHome } from "../support/core-home.ts";

const watchOf = (resident: string): DirectoryEvent =>
  ({ ...device("w1", resident), id: "watch:w1", bridge: "watch" }) as DirectoryEvent;

const PRESS_KINDS = ["emergency", "fall", "service", "inactivity", "other"];
const ON_THE_WAY = ["accepted", "enroute", "arrived"];
const PEOPLE = [...COMMUNITY, device("d00d", null), device("5e5e", "r2", "service"), watchOf("r1")];

/** The press was taken as the test of a device that was just enrolled. */
const proves = ({ events }: Decision): boolean => events.some(({ kind }) => kind === "learn-proving");

/** Soon after such a press another one: both are real. */
const isTakenBack = ({ events }: Decision): boolean =>
  events.some((event) => event.kind === "learn-ended" && event.why.startsWith("pressed again"));

type ChannelAnswer = Extract<Input, { type: "channel-answer" }>;

/** Watches a home: what was true before each decision is compared with what is true after it. */
class Witness {
  readonly home = new CoreHome({ people: PEOPLE });
  /** Presses that had to count, by our own book of counters. */
  expected = 0;
  counted = 0;
  /** Buttons that a learn window enrolled, and calls for help that it gave back. */
  learnt = 0;
  shown = 0;
  /** Messages by somebody's further ways. */
  chased = 0;
  /** Presses that proved what was just enrolled. */
  proved = 0;
  /** What was enrolled in the open window and is to be proved, until when, and whether its test was pressed. */
  #proving: { readonly device: string; readonly until: number; readonly isPressed: boolean } | null = null;
  /** The button whose call for help the open learn window holds back. */
  #captured: string | null = null;
  #before = new Map<string, Alarm>();
  readonly #highest = new Map<string, number>();
  readonly #suspended = new Set<string>();
  /** Devices in test mode, with the time of their last press that was taken as a test. */
  readonly #tested = new Map<string, { readonly until: number; readonly pressedAt: number | null }>();

  constructor() {
    this.home.watch = (input, decision) => this.#judge(input, decision);
  }

  #judge(input: Input, decision: Decision): void {
    const { home } = this;
    for (const alarm of home.alarms) {
      this.#judgeAlarm(input, this.#before.get(alarm.id), alarm);
      this.#before.set(alarm.id, alarm);
    }
    for (const [id, alarm] of this.#before)
      if (!home.state.alarms.get(id)) {
        assert.equal(alarm.state, "closed", `${id} vanished while ${alarm.state}`);
        this.#before.delete(id);
      }
    this.#judgeProof(input, decision);
    this.#judgeWindow(input, decision);
    for (const event of decision.events)
      if (event.kind === "messages-queued" || event.kind === "step-run") this.#judgeOffers(event);
    if (input.type === "report") this.#countPress(input, decision);
    if (input.type === "act" && decision.reply?.ok) this.#judgeRepeat(input);
    if (input.type === "answer" || input.type === "channel-answer") this.#judgeRepeat(input);
    if (input.type === "channel-answer") this.#judgeText(input, decision);
    if (input.type === "device-act" && decision.reply?.ok) this.#noteDeviceAct(input, decision.reply.changed);
    if (input.type === "clock-stepped") this.#shiftTests(input.byMs);
    for (const event of decision.events) {
      if (event.kind !== "alarm-opened" && event.kind !== "press-appended") continue;
      if (!event.press.unverified) this.counted++;
    }
  }

  #judgeAlarm(input: Input, before: Alarm | undefined, after: Alarm): void {
    const name = `${after.id} after ${JSON.stringify(input)}`;
    if (isUnresolved(after)) {
      const due = after.timers.step ?? after.timers.progress;
      assert.ok(due !== undefined && Number.isFinite(due), `no next step for ${name}`);
      assert.equal(after.timers.progress !== undefined, after.owner !== null, `timer and owner disagree: ${name}`);
      const coming =
        after.offers.some(({ state }) => ON_THE_WAY.includes(state)) ||
        after.arrivals.some(({ evidence }) => evidence === "staff");
      assert.equal(after.said, coming ? "coming" : after.owner ? "answered" : "heard", `the wearer is misled: ${name}`);
    }
    if (after.flags.includes("unclear-cause")) {
      assert.ok(
        after.offers.every(({ leg }) => leg === "staff"),
        `an unclear alarm went past staff: ${name}`,
      );
      assert.ok(!after.deliveries.some(({ type }) => type === "hotline"), `an unclear alarm at the hotline: ${name}`);
    }
    const people = after.offers.map(({ responder }) => responder);
    assert.equal(new Set(people).size, people.length, `two offers for one responder: ${name}`);
    const live = after.deliveries.filter(isLive).length;
    assert.ok(after.deliveries.length <= DELIVERIES_MAX + live, `messages pile up: ${name}`);
    if (!before) return assert.ok(isUnresolved(after), `opened as over: ${name}`);
    const isEnded = isUnresolved(before) && !isUnresolved(after);
    if (isEnded) assert.ok(input.type === "act" && input.act === "resolve" && after.resolvedBy === input.by.name, name);
    if (after.state === "closed" && before.state !== "closed")
      assert.ok(input.type === "act" && input.act === "close", name);
    assert.ok(after.version >= before.version, `the version went down: ${name}`);
    assert.ok(after.priority <= before.priority, `automation lowered the priority: ${name}`);
    assert.ok(after.presses.length >= before.presses.length, `a press was dropped: ${name}`);
    if (after.owner && after.owner.name !== before.owner?.name) this.#judgeOwner(input, after, name);
  }

  #judgeOwner(input: Input, alarm: Alarm, name: string): void {
    if (input.type === "act") {
      assert.ok(input.act === "take" || input.act === "verify-cancel", `owned by ${input.act}: ${name}`);
      return assert.equal(alarm.owner?.name, input.by.name);
    }
    if (input.type === "channel-answer") return this.#judgeStaffText(input, alarm, name);
    if (input.type === "receipt") {
      const { type } = alarm.deliveries.find(({ key }) => key === input.key)!;
      return assert.ok(input.status === "answered" && type === "hotline", `owned by a receipt of ${type}: ${name}`);
    }
    assert.equal(input.type, "answer", `owned by no person: ${name}`);
    const offer = input.type === "answer" && alarm.offers.find(({ id }) => id === input.offer);
    assert.ok(offer && offer.leg === "staff", `owned by a volunteer or a relative: ${name}`);
  }

  /** Nobody is asked twice on one contact in one try, and nobody who has answered is asked at all. */
  #judgeOffers({ alarm: id, deliveries }: MessagesQueued | StepRun): void {
    const alarm = this.home.state.alarms.get(id)!;
    for (const { key, type, offer: of, channel, contact, chase } of deliveries) {
      if (type !== "offer") continue;
      const own = alarm.deliveries.filter((one) => one.type === "offer" && one.offer === of);
      const place = own.findIndex((one) => one.key === key);
      const from = own.slice(0, place + 1).findLastIndex((one) => one.chase === undefined);
      const sooner = own.slice(Math.max(0, from), place);
      assert.ok(
        chase === undefined || !sooner.some((one) => one.channel === channel && one.contact === contact),
        `${key}: shown twice on ${channel}`,
      );
      const state = alarm.offers.find((one) => one.id === of)!;
      if (chase === undefined) continue;
      assert.ok(isAwaiting(state), `${key}: who said ${state.state} was chased`);
      this.chased++;
    }
  }

  #judgeStaffText({ address }: ChannelAnswer, { owner, offers }: Alarm, name: string): void {
    const id = address?.slice("webhook/".length);
    assert.equal(owner?.name, `@${id}`, `owned by somebody else than who wrote: ${name}`);
    assert.equal(offers.find(({ responder }) => responder === id)?.leg, "staff", name);
  }

  /** A text moves nothing but offers of its sender, and each word of a person gets one back. */
  #judgeText({ address }: ChannelAnswer, { events, reply }: Decision): void {
    const id = address?.slice("webhook/".length);
    const words = reply?.words;
    assert.equal(words !== undefined, id !== "stranger", `no reply, or one to a stranger: ${id}`);
    for (const event of events) {
      const isSaid = event.kind === "offer-changed" && !["withdrawn", "expired"].includes(event.state);
      if (!isSaid) continue;
      const offer = this.home.state.alarms.get(event.alarm)?.offers.find((one) => one.id === event.offer);
      assert.equal(offer?.responder, id, "a text answered for somebody else");
    }
    if (id === "stranger") assert.deepEqual(events, [], "a stranger's text acted");
  }

  /** Whoever does the same again meets no error and changes nothing. */
  #judgeRepeat(input: Extract<Input, { type: "act" | "answer" | "channel-answer" }>): void {
    const text = writeState(this.home.state);
    const again = step(this.home.state, input, this.home.now);
    assert.deepEqual(again.events, [], `a repeat changed something: ${JSON.stringify(input)}`);
    assert.equal(writeState(this.home.state), text);
    if (input.type === "act") assert.ok(again.reply?.ok && !again.reply.changed, "a repeat was refused");
  }

  #noteDeviceAct({ act, device, forMs }: Extract<Input, { type: "device-act" }>, changed: boolean): void {
    if (act === "replace" && !changed) return;
    if (act === "test" || act === "walk") {
      const pressedAt = this.#tested.get(device)?.pressedAt ?? null;
      return void this.#tested.set(device, { until: this.home.now + forMs!, pressedAt });
    }
    if (act === "resume") this.#suspended.delete(device);
    else this.#tested.delete(device);
    if (act === "suspend" || act === "retire" || act === "replace") this.#suspended.add(device);
  }

  #shiftTests(byMs: number): void {
    for (const [device, { until, pressedAt }] of this.#tested)
      this.#tested.set(device, { until: until + byMs, pressedAt: pressedAt === null ? null : pressedAt + byMs });
  }

  /** How many presses must have counted by this one: none where it may be a test, two where that made the last one real. */
  #pressesBy({ address, receivedAt, ageMs }: Report, decision: Decision): number {
    const device = `okc:${address}`;
    if (this.#suspended.has(device) || proves(decision)) return 0;
    const tested = this.#tested.get(device);
    const isTest = decision.events.some(({ kind }) => kind === "test-pressed");
    if (!isTest) {
      const both = decision.events.some(({ kind }) => kind === "test-mode-ended");
      if (both) this.#tested.delete(device);
      return both || isTakenBack(decision) ? 2 : 1;
    }
    const at = receivedAt - (ageMs ?? 0);
    assert.ok(tested && this.home.now < tested.until, `${device} is not in test mode`);
    assert.ok(
      tested.pressedAt === null || Math.abs(at - tested.pressedAt) > seconds(20),
      `a second press of ${device} was swallowed`,
    );
    this.#tested.set(device, { ...tested, pressedAt: at });
    return 0;
  }

  /** One press, and no second one, is taken as the test of what was just enrolled: in time, and beside no call for help. */
  #judgeProof(input: Input, { events }: Decision): void {
    const name = JSON.stringify(input);
    const { now, state } = this.home;
    if (input.type === "clock-stepped" && this.#proving)
      this.#proving = { ...this.#proving, until: this.#proving.until + input.byMs };
    for (const event of events) {
      if (event.kind === "learn-opened")
        this.#proving =
          event.device === undefined ? null : { device: event.device, until: event.until, isPressed: false };
      if (event.kind === "learn-enrolled")
        this.#proving = { device: event.device, until: now + PROVE_WITHIN_MS, isPressed: false };
      if (event.kind === "learn-ended") this.#proving = null;
      if (event.kind !== "learn-proving") continue;
      assert.ok(input.type === "report" && this.#proving?.device === event.device, `nothing is proved by ${name}`);
      assert.ok(!this.#proving.isPressed && now < this.#proving.until, `a call for help was taken as a test: ${name}`);
      const subject = state.enrolled.get(event.device)!.resident ?? event.device;
      const isOpen = (state.alarmsOf.get(subject) ?? []).some((id) => isUnresolved(state.alarms.get(id)!));
      assert.ok(!isOpen, `a test beside a call for help: ${name}`);
      this.#proving = { ...this.#proving, isPressed: true };
      this.proved++;
    }
  }

  /** No press is lost in a learn window: what it took and did not enrol is before staff from the moment it ends. */
  #judgeWindow(input: Input, decision: Decision): void {
    const name = JSON.stringify(input);
    const enrolled = decision.events.flatMap((event) => (event.kind === "device-saved" ? [event.id] : []));
    const isButton = input.type === "report" && input.report.bridge === "radio";
    const device = isButton ? `radio:${input.report.address}` : null;
    const isCopy = input.type === "report" && input.recurrence !== undefined;
    if (isCopy) assert.deepEqual(enrolled, [], `a copy of a press enrolled: ${name}`);
    else if (proves(decision)) assert.equal(this.#captured, null, name);
    else if (decision.heard === "learning") {
      assert.ok(device !== null, `the window took what it cannot enrol: ${name}`);
      const press = input.type === "report" ? input.report.press : null;
      const isCall = input.type === "report" && input.report.kind !== "other";
      const window = this.home.state.learning.get("enrol");
      const isOtherKey = window?.bindKey === true && window.said?.press !== press;
      if (this.#captured !== device) this.#expectShown(name);
      else if (enrolled.some((id) => id === device || id === `${device}:${press}`)) this.learnt++;
      else assert.ok(isOtherKey && !isCall, `the second press did not enrol, or a call was swallowed: ${name}`);
      if (!isOtherKey || enrolled.length > 0) this.#captured = enrolled.length === 0 && isCall ? device : null;
      if (enrolled.length === 0 && !isCall)
        assert.equal(this.home.state.learning.get("enrol")?.candidate?.device, device);
    } else if (device !== null && decision.heard === "unknown-device") this.#assertShown(device, name);
    const window = this.home.state.learning.get("enrol");
    if (window?.candidate?.device === this.#captured) return;
    this.#expectShown(name);
  }

  #expectShown(name: string): void {
    if (this.#captured !== null) {
      this.#assertShown(this.#captured, name);
      this.shown++;
    }
    this.#captured = null;
  }

  #assertShown(device: string, name: string): void {
    const isShown = this.home.alarms.some(
      (alarm) => isUnresolved(alarm) && alarm.presses.some((press) => press.device === device),
    );
    assert.ok(isShown, `nobody is shown the press of ${device}: ${name}`);
  }

  #countPress(input: Extract<Input, { type: "report" }>, decision: Decision): void {
    const { report } = input;
    const { address, bridge, counter, kind, press, proof } = report;
    if (bridge === "radio") {
      if (input.recurrence) return assert.notEqual(decision.heard, "counted", `a copy counted: ${address}`);
      const { enrolled } = this.home.state;
      const known = enrolled.get(`radio:${address}:${press}`) ?? enrolled.get(`radio:${address}`);
      const isEnrolled = known && decision.heard !== "learning";
      assert.equal(decision.heard === "counted", Boolean(isEnrolled), JSON.stringify(report));
      if (isEnrolled) this.expected += isTakenBack(decision) ? 2 : 1;
      return;
    }
    if (bridge === "watch") {
      if (report.press !== null) this.expected++;
      if (report.unclear !== undefined) this.#assertShown("watch:w1", JSON.stringify(report));
      return;
    }
    const highest = this.#highest.get(address) ?? -1;
    const isNew = proof === "valid" && address !== "dead" && (counter === null || counter > highest);
    const isCounted = this.#suspended.has(`okc:${address}`)
      ? decision.events.some((event) => event.kind === "report-heard")
      : decision.heard === "counted" || proves(decision);
    assert.equal(isCounted, isNew, `${JSON.stringify(report)} was ${decision.heard}`);
    if (!isNew) return;
    if (counter !== null) this.#highest.set(address, counter);
    if (PRESS_KINDS.includes(kind)) this.expected += this.#pressesBy(report, decision);
  }

  /** Between commands nothing is half done: the agenda is whole, and the journal alone gives the same state. */
  judgeCommand(command: Command): void {
    const { home } = this;
    const name = JSON.stringify(command);
    const next = home.state.agenda.next();
    for (const alarm of home.alarms)
      for (const at of Object.values(alarm.timers))
        assert.ok(next !== null && next <= at!, `not on the agenda: ${name}`);
    if (command.do === "forward" || command.do === "restart")
      assert.ok(next === null || next > home.now, `something overdue was left lying: ${name}`);
    assert.equal(this.counted, this.expected, `a press was dropped or counted twice: ${name}`);
    assert.equal(writeState(home.state), writeState(home.folded), `the fold is not the state: ${name}`);
  }
}

/** Tells a whole story to a new home, and judges each step of it. */
function told(story: readonly Command[]): Witness {
  const witness = new Witness();
  for (const command of story) {
    run(witness.home, command);
    witness.judgeCommand(command);
  }
  return witness;
}

/** fast-check's own report has the seed, the path and the smallest story; they must reach whoever reads the log. */
function holdsFor(check: (story: Command[]) => void, numRuns: number): void {
  const result = fc.check(fc.property(commands, check), { numRuns, interruptAfterTimeLimit: 18_000 });
  if (result.failed)
    assert.fail(
      `seed ${result.seed}, path ${result.counterexamplePath ?? ""}\n${fc.defaultReportMessage(result) ?? ""}`,
    );
  assert.ok(result.numRuns > 30, "too few stories were tried to mean anything");
}

describe("The rules that hold over all of it", function () {
  this.timeout(40_000);

  it("hold after every step of any story", () => {
    let chased = 0;
    holdsFor((story) => void (chased += told(story).chased), 400);
    assert.ok(chased > 100, `${chased} messages by further ways: the test does not test`);
  });

  it("lose no call for help that a learn window took, whatever happens while it is open", () => {
    let [learnt, shown, proved] = [0, 0, 0];
    const press: Command = { do: "button", button: "a1", key: "1", kind: "emergency", copies: 1 };
    const later: Command = { do: "forward", ms: seconds(5) };
    const opened = (bindKey: boolean): Command => ({ do: "learn", act: "open", resident: "r2", device: null, bindKey });
    // Every fifth story begins with a button that was pressed three times.
    const taken = ({ length }: readonly Command[]): Command[] => [
      opened(length % 2 === 0),
      press,
      ...(length % 5 === 0 ? [later, press, later, press] : []),
    ];
    holdsFor((story) => {
      const witness = told([...taken(story), ...story]);
      learnt += witness.learnt;
      shown += witness.shown;
      proved += witness.proved;
    }, 200);
    assert.ok(learnt > 0 && shown > 10, `${learnt} enrolled, ${shown} shown: the test does not test`);
    assert.ok(proved > 0, "nothing was proved: the test does not test");
  });

  it("leave the state as it was when a rule throws", () => {
    let thrown = 0;
    holdsFor((story) => {
      const home = new CoreHome({ people: PEOPLE });
      for (const command of story.slice(0, -1)) run(home, command);
      for (const key of ["emergency@1", "service@1", "fall@1", "unverified@1"]) home.state.policies.delete(key);
      const text = writeState(home.state);
      let decided = false;
      home.watch = () => (decided = true);
      try {
        run(home, story.at(-1)!);
      } catch (error) {
        thrown++;
        assert.ok(error instanceof Error);
        if (!decided) assert.equal(writeState(home.state), text);
      }
    }, 80);
    assert.ok(thrown > 5, "no rule threw: the test does not test");
  });
});
