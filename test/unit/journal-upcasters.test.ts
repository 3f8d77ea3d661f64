import assert from "node:assert/strict";
import { hashOf, type Link } from "../../gateway/adapters/journal/chain.ts";
import { createUpcast, EVENT_SCHEMA, UPCASTERS } from "../../gateway/adapters/journal/schema.ts";
import type { Upcaster } from "../../gateway/adapters/journal/schema.ts";
import { SqliteFolder } from "../support/sqlite-folder.ts";
import { NOON } from "../support/test-clock.ts";

const SPLIT: Upcaster = {
  from: 1,
  kind: "press",
  upcast: ({ kind: _kind, ...rest }) => ({ ...rest, kind: "press.heard", line: "serial" }),
};
const RENAME: Upcaster = {
  from: 2,
  kind: "press.heard",
  upcast: ({ count, ...rest }) => ({ ...rest, kind: "press.heard", counter: count }),
};

describe("Upcasters", () => {
  it("bring an event through every version, following its new kind", () => {
    const upcast = createUpcast([RENAME, SPLIT], 3);
    assert.deepEqual(upcast(1, { kind: "press", count: 7 }), { kind: "press.heard", line: "serial", counter: 7 });
    assert.deepEqual(upcast(2, { kind: "press.heard", count: 7 }), { kind: "press.heard", counter: 7 });
    assert.deepEqual(upcast(3, { kind: "press.heard", counter: 7 }), { kind: "press.heard", counter: 7 });
  });

  it("leave kinds alone that did not change", () => {
    const event = { kind: "alarm.opened", id: "a1" };
    assert.equal(createUpcast([SPLIT], 2)(1, event), event);
  });

  it("are not needed by the events this release writes", () => {
    assert.ok(UPCASTERS.every(({ from }) => from < EVENT_SCHEMA));
  });

  it("see every event of a journal with its personal data", async () => {
    const place = await SqliteFolder.make();
    try {
      const journal = place.journal();
      await journal.open();
      const personal = { person: "r1", data: { name: "王芳" } };
      await journal.append({ at: NOON, events: [{ kind: "press", personal }], urgent: true }).durable;
      await journal.close();
      const upcaster: Upcaster = {
        from: 0,
        kind: "press",
        upcast: (event) => ({ ...event, kind: "press.heard", who: event.personal?.data["name"] }),
      };
      const db = new (await import("better-sqlite3")).default(place.file("okc.db"));
      // As an older release would have written it, in the chain as well.
      const genesis = db.prepare<[], string>("SELECT value FROM meta WHERE name = 'genesis'").pluck().get()!;
      const row = db.prepare<[], Link & { not_logged: number }>("SELECT * FROM entry").get()!;
      const link = { ...row, v: 0, notLogged: row.not_logged !== 0 };
      db.prepare("UPDATE entry SET v = 0, hash = ?").run(hashOf(Buffer.from(genesis, "hex"), link));
      db.close();
      const start = await place.journal({ upcasters: [upcaster] }).open();
      assert.deepEqual(start.events[0]?.event, { kind: "press.heard", who: "王芳", personal });
    } finally {
      await place.remove();
    }
  });
});
