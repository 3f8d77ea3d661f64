import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createUpcast } from "../../gateway/adapters/journal/schema.ts";
import { isUnresolved, nextDue } from "../../gateway/core/alarm.ts";
import type { DomainEvent } from "../../gateway/core/events.ts";
import { evolve } from "../../gateway/core/evolve.ts";
import type { Report } from "../../gateway/core/report.ts";
import { readState, siteOf, writeState, type State } from "../../gateway/core/state.ts";
import { step } from "../../gateway/core/step.ts";
import type { StoredEvent } from "../../gateway/ports/journal.ts";
import { differenceOf } from "../simulation/comparison.ts";

/** Recorded by test/simulation/record-journal.ts of the release that wrote schema 1; never recorded again. */
const FILE = new URL("../vectors/journal-v1.jsonl", import.meta.url);
const SCHEMA = 1;
const GATEWAY_ID = "memory22";

function readLines(): readonly StoredEvent[] {
  const upcast = createUpcast();
  return readFileSync(FILE, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as StoredEvent)
    .map((stored) => ({ ...stored, event: upcast(SCHEMA, stored.event) }));
}

const eventOf = ({ event }: StoredEvent): DomainEvent => event as unknown as DomainEvent;

function fold(lines: readonly StoredEvent[], look: (state: State, line: StoredEvent) => void = () => undefined): State {
  const state = readState(null, GATEWAY_ID);
  for (const line of lines) {
    evolve(state, eventOf(line));
    look(state, line);
  }
  return state;
}

const ofKind = <Kind extends DomainEvent["kind"]>(
  lines: readonly StoredEvent[],
  kind: Kind,
): readonly Extract<DomainEvent, { kind: Kind }>[] =>
  lines.map(eventOf).filter((event): event is Extract<DomainEvent, { kind: Kind }> => event.kind === kind);

describe("a journal of schema 1", () => {
  const lines = readLines();
  const state = fold(lines);

  it("has no gap, and some of it left before it was on disk", () => {
    assert.deepEqual(
      lines.map(({ seq }) => seq),
      lines.map((_, index) => index + 1),
    );
    assert.equal(lines.length, 783);
    assert.equal(lines.filter(({ notLogged }) => notLogged).length, 4);
  });

  it("gives back people, devices and policies", () => {
    const { name, building, account, zone } = state.residents.get("r-1")!;
    assert.deepEqual(
      { name, building, account, zone },
      { name: "郭志强", building: "1号楼", account: "1234", zone: "001" },
    );
    assert.equal([...state.residents.values()].length, 6);
    assert.equal([...state.responders.values()].length, 13);
    assert.equal(state.enrolled.get("mqtt:p-3")?.resident, "r-3");
    assert.equal(state.enrolled.get("okc:00000004")?.key?.length, 32);
    assert.equal(state.contacts.get("s-1")?.[0]?.address, "s-1");
    assert.equal(siteOf(state).policies.length, 7);
  });

  it("ends with these alarms, each with a person and an outcome", () => {
    assert.deepEqual(
      [...state.alarms.values()].map(({ id, state: now, resident, presses, outcome, resolvedBy }) =>
        [id, now, resident ?? "nobody", presses.length, outcome, resolvedBy].join(" "),
      ),
      [
        "memory22-5 resolved nobody 1 sent-110 值班丙",
        "memory22-8 resolved nobody 1 forced-entry 值班丙",
        "memory22-11 closed r-4 3 family-took-over 值班甲",
        "memory22-12 closed r-5 1 device-fault 值班甲",
        "memory22-13 closed r-3 3 forced-entry 值班丙",
        "memory22-15 closed r-1 1 helped-on-site 值班甲",
      ],
    );
  });

  it("remembers flags, links, verified cancels, tests and the highest counter", () => {
    assert.deepEqual(state.alarms.get("memory22-8")?.flags, ["unknown-device", "arrival-overdue"]);
    const last = state.alarms.get("memory22-15")!;
    assert.deepEqual(last.flags, ["again", "degraded", "cancel-verified"]);
    assert.deepEqual([last.linkedTo, last.cancel?.verifiedBy], ["memory22-7", "值班丙"]);
    assert.equal(state.tests.get("memory22-2")?.result, "passed");
    assert.equal(state.devices.get("okc:00000001")?.counter, 18);
    assert.equal(siteOf(state).lastNumber, 15);
    assert.deepEqual([...state.faults.values()], []);
  });

  it("held the rules at every line: what is open waits for something, nothing ends without a name", () => {
    let open = 0;
    fold(lines, ({ alarms }) => {
      for (const alarm of alarms.values()) {
        if (!isUnresolved(alarm)) continue;
        open++;
        assert.notEqual(nextDue(alarm), null, alarm.id);
      }
    });
    assert.ok(open > 0);
    const opened = ofKind(lines, "alarm-opened").map(({ alarm }) => alarm);
    const resolved = ofKind(lines, "alarm-resolved").filter(({ by }) => by !== "");
    assert.deepEqual(resolved.map(({ alarm }) => alarm).sort(), opened.sort());
  });

  it("has every press in the alarm that the journal names", () => {
    const presses = new Map<string, number>();
    fold(lines, ({ alarms }, line) => {
      const event = eventOf(line);
      if (event.kind !== "alarm-opened" && event.kind !== "press-appended") return;
      presses.set(event.alarm, (presses.get(event.alarm) ?? 0) + 1);
      assert.equal(alarms.get(event.alarm)?.presses.length, presses.get(event.alarm), event.alarm);
    });
    assert.equal(presses.size, 14);
  });

  it("comes back from a snapshot as it went in", () => {
    assert.equal(differenceOf(readState(writeState(state), GATEWAY_ID), state), null);
  });

  it("still knows which reports were counted", () => {
    const { at } = lines.at(-1)!;
    const report: Report = {
      bridge: "okc",
      address: "00000001",
      line: "ttyUSB0",
      transport: "serial",
      kind: "emergency",
      press: "emergency",
      counter: 18,
      ageMs: 0,
      ageAtLeast: false,
      batteryPct: 69,
      proof: "valid",
      receivedAt: at,
      raw: "",
    };
    const again = step(fold(lines), { type: "report", report, silentAfterMs: null }, at);
    assert.deepEqual([again.heard, again.events], ["counted-before", []]);
    const next = step(fold(lines), { type: "report", report: { ...report, counter: 19 }, silentAfterMs: null }, at);
    assert.equal(next.heard, "counted");
    assert.ok(next.events.some(({ kind }) => kind === "alarm-opened"));
  });
});
