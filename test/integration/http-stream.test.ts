import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { EventStream, type Outlet } from "../../gateway/adapters/http/event-stream.ts";
import { HEARTBEAT_MS, PAGE_EVENTS, SLOW_MAX_MS, STREAMS_MAX } from "../../gateway/adapters/http/limits.ts";
import { Streams } from "../../gateway/adapters/http/streams.ts";
import { HttpSite } from "../support/http-site.ts";
import { within } from "../support/recording-sink.ts";
import { SseClient } from "../support/sse-client.ts";
import { until } from "../support/until.ts";

const isAdmitted = (): boolean => true;

describe("the event stream over http", () => {
  let site: HttpSite;
  const clients: SseClient[] = [];
  beforeEach(async () => {
    site = await new HttpSite().start();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await site.stop();
  });

  async function follow(after?: number | string): Promise<SseClient> {
    const client = new SseClient();
    clients.push(client);
    assert.equal(await client.open(site.url, await site.token("viewer"), after), 200);
    return client;
  }

  const newest = (): number => site.journal.disk.rows.length;
  const idsOf = (client: SseClient): number[] => client.events.map(({ id }) => id);
  const from = (first: number, last: number): number[] =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index);

  it("says at once that it is there, begins now, and tells a press in the order of the journal", async () => {
    const client = await follow();
    await client.until(() => client.comments > 0, "a comment");
    assert.match(String(client.response!.headers["content-type"]), /^text\/event-stream/);
    const before = newest();
    await site.press();
    await client.until(() => idsOf(client).includes(newest()), "the press");
    assert.deepEqual(idsOf(client), from(before + 1, newest()));
    const opened = client.events.find(({ event }) => event === "alarm-opened")!;
    assert.deepEqual([opened.data["kind"], opened.data["alarm"]], ["alarm-opened", "memory22-1"]);
    assert.equal(opened.data["at"], site.clock.now());
  });

  it("goes on after the last event that a client has, through several pages and into the present", async () => {
    for (let press = 0; press < PAGE_EVENTS; press++) await site.press();
    const last = 5;
    assert.ok(newest() > last + 2 * PAGE_EVENTS);
    const client = await follow(last);
    await site.press("0000cafe");
    await client.until(() => client.events.at(-1)?.id === newest(), "the newest event");
    await site.press("0000cafe");
    await client.until(() => client.events.at(-1)?.id === newest(), "what came after");
    assert.deepEqual(idsOf(client), from(last + 1, newest()));
  });

  it("has neither gap nor repeat when events come while it reads", async () => {
    await site.press();
    const read = site.office.readAfter.bind(site.office);
    site.office.readAfter = async (seq, limit) => {
      const page = await read(seq, limit);
      if (limit > 1) await site.press("0000cafe");
      if (newest() > 150) site.office.readAfter = read;
      return page;
    };
    const client = await follow(0);
    await client.until(() => newest() > 150 && client.events.at(-1)?.id === newest(), "the newest event");
    assert.deepEqual(idsOf(client), from(1, newest()));
  });

  it("leaves out personal data, addresses, keys and hashes", async () => {
    await site.pressed();
    await site.as("staff", "/api/alarms/1/note", { method: "POST", body: { version: 1, text: "她说胸口疼" } });
    const client = await follow(0);
    await client.until(() => client.events.some(({ event }) => event === "noted"), "the note");
    const text = JSON.stringify(client.events);
    for (const secret of ["李奶奶", "13800000001", "胸口疼", "sha256", "Sha256", '"personal"'])
      assert.ok(!text.includes(secret), secret);
    const step = client.events.find(({ event }) => event === "step-run")!;
    const [delivery] = step.data["deliveries"] as [Record<string, unknown>];
    assert.ok(delivery["key"] && !("address" in delivery));
  });

  it("refuses an id that is none, and one that this journal does not hold", async () => {
    const token = await site.token("viewer");
    for (const [id, status, code] of [
      ["abc", 400, "bad-input"],
      ["99999", 410, "expired"],
    ] as const) {
      const answer = await site.ask("/api/stream", { token, headers: { "last-event-id": id } });
      assert.deepEqual([answer.status, answer.body.error.code], [status, code]);
    }
    assert.equal((await site.ask("/api/stream")).status, 401);
  });

  it("beats while nothing happens", async () => {
    const client = await follow();
    await client.until(() => client.comments === 1, "the first comment");
    await site.clock.forward(3 * HEARTBEAT_MS);
    await client.until(() => client.comments === 4, "three beats");
    assert.deepEqual(client.events, []);
    assert.ok(HEARTBEAT_MS < 5_000);
  });

  it("ends when the gateway stops, at once", async () => {
    const client = await follow();
    await within(site.server.stop(), "the server's stop");
    await client.until(() => client.ended, "the end");
  });

  it("forgets a client that goes away", async () => {
    const before = site.clock.pending;
    const client = await follow();
    assert.equal(site.clock.pending, before + 1);
    client.close();
    await until("the heartbeat to be cancelled", () => site.clock.pending === before);
  });

  it("reads no stream while the gateway is stopped", async () => {
    const { statusCode, payload } = await site.server.inject({ method: "GET", url: "/api/stream" });
    assert.equal(statusCode, 503);
    assert.match(payload, /nothing to follow/);
  });
});

/** A client's connection that takes nothing until it is told to. */
class StuckOutlet extends EventEmitter implements Outlet {
  writableNeedDrain = false;
  readonly written: string[] = [];
  gone = false;

  write(text: string): boolean {
    this.written.push(text);
    return !this.writableNeedDrain;
  }

  end(): void {}

  destroy(): void {
    this.gone = true;
  }

  take(): void {
    this.writableNeedDrain = false;
    this.emit("drain");
  }
}

describe("a client that takes the stream slowly", () => {
  let site: HttpSite;
  let outlet: StuckOutlet;
  let stream: EventStream;
  beforeEach(async () => {
    site = await new HttpSite().start();
    outlet = new StuckOutlet();
    stream = new EventStream({ desk: site.office, ...site, response: outlet, after: null, isAdmitted });
    stream.start();
  });
  afterEach(async () => {
    stream.end();
    await site.stop();
  });

  const idsOf = (): number[] => outlet.written.flatMap((text) => /^id: (\d+)/.exec(text)?.slice(1).map(Number) ?? []);

  it("costs no memory meanwhile and misses nothing afterwards", async () => {
    await site.press();
    const had = outlet.written.length;
    outlet.writableNeedDrain = true;
    for (let press = 0; press < 50; press++) await site.press("0000cafe");
    assert.equal(outlet.written.length, had);
    outlet.take();
    const newest = site.journal.disk.rows.length;
    await until("the newest event", () => idsOf().at(-1) === newest);
    const ids = idsOf();
    assert.deepEqual(
      ids,
      ids.map((_, index) => ids[0]! + index),
    );
  });

  it("is dropped when it takes nothing at all, and the log says so", async () => {
    outlet.writableNeedDrain = true;
    await site.press();
    await site.clock.forward(SLOW_MAX_MS - HEARTBEAT_MS);
    assert.equal(outlet.gone, false);
    await site.clock.forward(HEARTBEAT_MS);
    assert.equal(outlet.gone, true);
    assert.ok(site.log.lines.some(({ message }) => /took nothing for 20 s and was dropped/.test(message)));
    assert.match(await site.meter.text(), /okc_http_streams_dropped_total 1/);
  });

  it("ends with a line in the log when the journal cannot be read", async () => {
    const broken = new StuckOutlet();
    const desk = { onCommitted: () => () => undefined, readAfter: () => Promise.reject(new Error("the disk is gone")) };
    const other = new EventStream({ ...site, desk, response: broken, after: 0, isAdmitted });
    other.start();
    await until("the line", () => site.log.lines.some(({ message }) => /the journal could not be read/.test(message)));
  });
});

describe("the number of streams", () => {
  it("is bounded", async () => {
    const streams = new Streams();
    const site = await new HttpSite().start();
    for (let count = 0; count < STREAMS_MAX; count++)
      streams.add(
        new EventStream({ ...site, desk: site.office, response: new StuckOutlet(), after: null, isAdmitted }),
      );
    assert.equal(streams.isFull, true);
    streams.endAll();
    await site.stop();
  });
});
