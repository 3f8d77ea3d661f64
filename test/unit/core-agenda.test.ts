import assert from "node:assert/strict";
import fc from "fast-check";
import { Agenda } from "../../gateway/core/agenda.ts";
import { dueKeys } from "../../gateway/core/due.ts";
import { noteAgain, readState, writeState } from "../../gateway/core/state.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { COMMUNITY } from "../support/core-community.ts";
import { CoreHome, GATEWAY_ID } from "../support/core-home.ts";

describe("The agenda", () => {
  it("gives what is due in order of time, and nothing before its time", () => {
    const agenda = new Agenda();
    agenda.note("c", 30);
    agenda.note("a", 10);
    agenda.note("b", 20);
    assert.equal(agenda.next(), 10);
    assert.equal(agenda.take(9), null);
    assert.deepEqual([agenda.take(25), agenda.take(25), agenda.take(25)], ["a", "b", null]);
    assert.equal(agenda.next(), 30);
  });

  it("gives an alarm before anything else that is due, however long that waits; and nothing before its time", () => {
    const agenda = new Agenda();
    for (let n = 0; n < 300; n++) agenda.note(`device ${n}`, n);
    agenda.note("alarm x-2", 800);
    agenda.note("alarm x-1", 700);
    assert.equal(agenda.next(), 0);
    assert.equal(agenda.take(699), "device 0");
    assert.deepEqual([agenda.take(900), agenda.take(900), agenda.take(900)], ["alarm x-1", "alarm x-2", "device 1"]);
  });

  it("counts the earliest time of a key, once", () => {
    const agenda = new Agenda();
    agenda.note("a", 30);
    agenda.note("a", 10);
    agenda.note("a", 20);
    assert.deepEqual([agenda.take(99), agenda.take(99)], ["a", null]);
    agenda.note("a", 30);
    assert.equal(agenda.next(), 30);
  });

  it("is empty after being cleared", () => {
    const agenda = new Agenda();
    agenda.note("a", 1);
    agenda.clear();
    assert.equal(agenda.next(), null);
    assert.equal(agenda.take(99), null);
  });

  it("does the same as a plain list would, whatever is noted and taken", () => {
    const commands = fc.array(
      fc.oneof(
        fc.record({ key: fc.constantFrom("a", "b", "c", "d", "e"), at: fc.nat({ max: 50 }) }),
        fc.record({ take: fc.nat({ max: 60 }) }),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(commands, (story) => {
        const agenda = new Agenda();
        const plain = new Map<string, number>();
        for (const command of story) {
          if ("key" in command) {
            agenda.note(command.key, command.at);
            plain.set(command.key, Math.min(command.at, plain.get(command.key) ?? Infinity));
          } else {
            const least = Math.min(...plain.values());
            const key = agenda.take(command.take);
            assert.equal(key !== null, least <= command.take);
            if (key !== null) assert.equal(plain.get(key), least);
            plain.delete(key ?? "");
          }
          assert.equal(agenda.next(), plain.size === 0 ? null : Math.min(...plain.values()));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("What is due", () => {
  it("is taken at most as many at a time as asked for; the rest stays due", () => {
    const home = new CoreHome();
    home.press();
    home.press({ address: "cafe" });
    const at = home.now + minutes(1);
    assert.equal(dueKeys(home.state, at, 1).length, 1);
    assert.equal(dueKeys(home.state, at, 5).length, 1);
    assert.deepEqual(dueKeys(home.state, at, 5), []);
  });

  it("comes back after a rule failed on it", () => {
    const home = new CoreHome();
    home.press();
    const [key] = dueKeys(home.state, home.now + minutes(1), 5);
    noteAgain(home.state, key!);
    assert.equal(home.state.agenda.next(), home.now + seconds(45));
  });

  it("is known again after a restart: alarms, tests, devices and the clock", () => {
    const home = new CoreHome();
    home.press();
    home.report("heartbeat", { address: "cafe" }, minutes(30));
    home.report("test", { address: "cafe" }, minutes(30));
    home.stepClock(seconds(10));
    const keys = (): string[] => dueKeys(readState(writeState(home.state), GATEWAY_ID), home.now + minutes(90), 99);
    assert.deepEqual(keys().sort(), ["alarm 7gk2qx9d-1", "clock", "device okc:cafe", "test 7gk2qx9d-2"]);
  });

  it("is put back for a device whose address has a space in it", () => {
    const home = new CoreHome({
      people: [
        ...COMMUNITY,
        {
          kind: "device-saved",
          id: "okc:a b",
          bridge: "okc",
          address: "a b",
          resident: null,
          means: "emergency",
          label: "",
          location: "",
        },
      ],
    });
    home.report("heartbeat", { address: "a b" }, minutes(10));
    home.decide({ type: "due", key: "device okc:a b" });
    home.forward(minutes(10));
    assert.equal(home.state.faults.get("silent:okc:a b")?.code, "device-silent");
  });

  it("ignores keys of what is no longer there", () => {
    const home = new CoreHome();
    for (const key of ["alarm gone-1", "test gone-2", "device okc:gone", "clock", "nonsense"])
      assert.deepEqual(home.decide({ type: "due", key }).events, []);
  });
});
