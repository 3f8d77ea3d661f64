import assert from "node:assert/strict";
import { noteHearing, tellNews } from "../../gateway/app/bridge-news.ts";
import type { Report } from "../../gateway/core/report.ts";
import type { Fault, State } from "../../gateway/core/state.ts";
import { MapTable } from "../../gateway/core/table.ts";

/** What becomes of the rows of faults when a bridge tells of itself. */
class Rows {
  readonly faults = new MapTable<Fault>([], () => undefined);
  changes = 0;
  readonly #state = { faults: this.faults } as unknown as State;
  readonly #desk = {
    note: () => assert.fail("a fault is no input"),
    fault: (key: string, code: string, active: boolean, detail: string): void => {
      this.changes += 1;
      if (active) this.faults.set(key, { key, code, detail } as Fault);
      else this.faults.delete(key);
    },
  };

  tell(state: "online" | "offline" | "restarted", part?: string): void {
    const news = { type: "bridge", state, detail: `says ${state}`, ...(part !== undefined && { part }) } as const;
    tellNews(this.#state, "tasmota", news, this.#desk);
  }

  hear(part: string | undefined): void {
    const report = { bridge: "tasmota", ...(part !== undefined && { part }) } as Report;
    noteHearing(this.#state, report, this.#desk);
  }

  get keys(): readonly string[] {
    return [...this.faults.values()].map(({ key }) => key).sort();
  }
}

describe("A bridge that tells of itself", () => {
  it("is one row while it is away, however often it says so", () => {
    const rows = new Rows();
    for (const state of ["online", "offline", "offline", "online"] as const) rows.tell(state);
    assert.deepEqual([rows.keys, rows.changes], [[], 2]);
  });

  it("tells of each of its receivers by itself", () => {
    const rows = new Rows();
    rows.tell("offline", "attic");
    rows.tell("online", "cellar");
    assert.deepEqual(rows.keys, ["bridge:tasmota:attic"]);
    rows.tell("restarted", "attic");
    assert.deepEqual(rows.keys, []);
  });

  it("is there again when a receiver hears, which says nothing of the others", () => {
    const rows = new Rows();
    for (const part of ["attic", "cellar"]) rows.tell("offline", part);
    rows.hear("cellar");
    rows.hear(undefined);
    assert.deepEqual(rows.keys, ["bridge:tasmota:attic"]);
    rows.hear("attic");
    rows.hear("attic");
    assert.deepEqual([rows.keys, rows.changes], [[], 4]);
  });

  it("has 32 rows of receivers at most, and one for all beyond", () => {
    const rows = new Rows();
    for (let n = 0; n < 100; n++) rows.tell("offline", `plug${n}`);
    assert.equal(rows.keys.length, 33);
    assert.ok(rows.keys.includes("bridge:tasmota"));
    for (let n = 0; n < 32; n++) rows.tell("online", `plug${n}`);
    assert.deepEqual(rows.keys, ["bridge:tasmota"]);
  });
});
