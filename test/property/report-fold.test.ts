import assert from "node:assert/strict";
import fc from "fast-check";
import type { Flag } from "../../gateway/core/alarm.ts";
import type { DomainEvent } from "../../gateway/core/events.ts";
import {
  ReportFold,
  UNREPORTED,
  type AlarmRecord,
  type Followed,
  type FaultRecord,
  type TestRecord,
} from "../../gateway/core/report-fold.ts";
import { commands, run } from "../support/core-commands.ts";
import { CoreHome } from "../support/core-home.ts";

const stored = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

/** What a derived file would hold, and the fold that goes on from it after every start. */
class Shelf {
  readonly alarms = new Map<string, AlarmRecord>();
  readonly faults = new Map<number, FaultRecord>();
  readonly tests = new Map<string, TestRecord>();
  readonly #followed = new Map<string, Followed>();
  #fold = new ReportFold();
  #seq = 0;

  add(events: readonly DomainEvent[]): void {
    for (const event of events) {
      this.#seq++;
      if (!UNREPORTED.includes(event.kind)) this.#fold.apply(this.#seq, stored(event));
    }
  }

  keep(): void {
    const { alarms, followed, faults, tests } = stored(this.#fold.take());
    for (const alarm of alarms) this.alarms.set(alarm.id, alarm);
    for (const [id, one] of followed)
      if (one) this.#followed.set(id, one);
      else this.#followed.delete(id);
    for (const fault of faults) this.faults.set(fault.id, fault);
    for (const test of tests) this.tests.set(test.id, test);
  }

  restart(): void {
    const lasting = [...this.faults.values()].filter(({ until }) => until === null);
    const running = [...this.tests.values()].filter(({ passed }) => passed === null);
    this.#fold = new ReportFold(this.#followed.values(), lasting, running);
  }
}

const earliest = (times: readonly (number | null)[]): number | null => {
  const measured = times.filter((at) => at !== null);
  return measured.length === 0 ? null : Math.min(...measured);
};

const UNPROVED: readonly Flag[] = ["unverified", "unknown-device", "unclear-cause"];

function judge(home: CoreHome, shelf: Shelf): void {
  const seen = new Set<string>();
  for (const alarm of home.alarms) {
    const record = shelf.alarms.get(alarm.id)!;
    seen.add(alarm.id);
    const { times, openedAt, kind, state, resident, outcome } = record;
    const { asked, proved } = record;
    assert.deepEqual(
      { times, openedAt, kind, state, resident, outcome },
      {
        times: alarm.times,
        openedAt: alarm.openedAt,
        kind: alarm.kind,
        state: alarm.state,
        resident: alarm.resident,
        outcome: alarm.outcome,
      },
    );
    assert.equal(proved, !alarm.flags.some((flag) => UNPROVED.includes(flag)));
    if (alarm.flags.includes("unanswered")) assert.ok(record.unanswered);
    assert.deepEqual(asked.map(({ responder }) => responder).sort(), alarm.offers.map((one) => one.responder).sort());
    assert.equal(earliest(asked.map((one) => one.notifiedAt)), times.firstNotifiedAt);
    assert.equal(earliest(asked.map((one) => one.seenAt)), times.seenAt);
    assert.equal(earliest(asked.map((one) => one.acceptedAt)), times.acceptedAt);
  }
  // What has left the state is closed, and stays in the reports.
  for (const { id, state } of shelf.alarms.values()) assert.ok(seen.has(id) || state === "closed", `${id} is ${state}`);
  const lasting = [...shelf.faults.values()].filter(({ until }) => until === null);
  assert.deepEqual(
    lasting.map(({ key, since }) => [key, since]).sort(),
    [...home.state.faults.values()].map(({ key, since }) => [key, since]).sort(),
  );
  for (const { id, result, startedAt } of home.state.tests.values()) {
    const known = shelf.tests.get(id)!;
    assert.equal(known.passed, result === "running" ? null : result === "passed");
    // One that has ended stays where it was written.
    if (result === "running") assert.equal(known.startedAt, startedAt);
  }
}

describe("The fold of the journal for reports", function () {
  this.timeout(40_000);

  it("agrees with the state after every step of any story, wherever it was cut off", () => {
    fc.assert(
      fc.property(commands, fc.infiniteStream(fc.nat({ max: 4 })), (story, cuts) => {
        const home = new CoreHome();
        const shelf = new Shelf();
        // The first start is told before anybody can watch.
        for (const fault of home.state.faults.values())
          shelf.add([{ kind: "fault-raised", key: fault.key, code: fault.code, detail: "", at: fault.since }]);
        home.watch = (_, { events }) => shelf.add(events);
        for (const command of story) {
          run(home, command);
          shelf.keep();
          judge(home, shelf);
          if (cuts.next().value === 0) shelf.restart();
        }
      }),
      { numRuns: 200 },
    );
  });

  it("takes over an alarm that a damaged journal gave back, with what is known of who was asked", () => {
    const home = new CoreHome();
    home.press();
    home.deliverAll();
    home.answer("v4", "accept");
    const found = home.alarm;
    const shelf = new Shelf();
    shelf.add([{ kind: "alarm-salvaged", alarm: found.id, found, at: home.now }]);
    shelf.keep();
    const { times, state, asked } = shelf.alarms.get(found.id)!;
    assert.deepEqual([times, state], [found.times, found.state]);
    assert.equal(asked.length, found.offers.length);
    assert.equal(asked.find(({ responder }) => responder === "v4")!.acceptedAt, found.times.acceptedAt);
  });
});
