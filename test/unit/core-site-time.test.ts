import assert from "node:assert/strict";
import fc from "fast-check";
import { hourTeller, lastMonth, monthOf, parseSiteTime } from "../../gateway/core/site-time.ts";

const iso = (at: number): string => new Date(at).toISOString();
const read = (text: string, zone: string): string => iso(parseSiteTime(text, zone, "from"));

describe("Times of the site's clock", () => {
  it("are read in the site's zone", () => {
    assert.equal(read("2026-11-01", "Asia/Shanghai"), "2026-10-31T16:00:00.000Z");
    assert.equal(read("2026-11-01T18:30", "Asia/Shanghai"), "2026-11-01T10:30:00.000Z");
    assert.equal(read("2026-11-01 18:30:05", "Asia/Shanghai"), "2026-11-01T10:30:05.000Z");
    assert.equal(read("2026-11-01T18:30Z", "Asia/Shanghai"), "2026-11-01T18:30:00.000Z");
    assert.equal(read("2026-11-01T18:30+01:00", "Asia/Shanghai"), "2026-11-01T17:30:00.000Z");
    assert.equal(read("2026-07-01", "Europe/Berlin"), "2026-06-30T22:00:00.000Z");
    assert.equal(read("2026-12-01", "Europe/Berlin"), "2026-11-30T23:00:00.000Z");
  });

  it("that come twice are the first of the two, and those that the clock leaps over do not exist", () => {
    assert.equal(read("2026-10-25T02:30", "Europe/Berlin"), "2026-10-25T00:30:00.000Z");
    assert.throws(() => read("2026-03-29T02:30", "Europe/Berlin"), /from: 2026-03-29T02:30 does not exist in Europe/);
    assert.equal(read("2026-03-29T03:00", "Europe/Berlin"), "2026-03-29T01:00:00.000Z");
  });

  it("begin a day with the leap where the clock leaps over midnight", () => {
    assert.equal(read("2018-11-04", "America/Sao_Paulo"), "2018-11-04T03:00:00.000Z");
  });

  it("are refused with what is allowed", () => {
    for (const text of [
      "yesterday",
      "2026-02-30",
      "2026-13-01",
      "2026-1-1",
      "2026-11-01T25:00",
      "2026-11-01T10:60",
      "",
    ])
      assert.throws(() => read(text, "Asia/Shanghai"), /^GatewayError: from: ".*" is not a date \(2026-11-01\)/, text);
  });

  it("make months whole, whatever the clock does in them", () => {
    const { from, to } = monthOf("2026-10", "Europe/Berlin");
    assert.deepEqual([iso(from), iso(to)], ["2026-09-30T22:00:00.000Z", "2026-10-31T23:00:00.000Z"]);
    assert.equal(to - from, (31 * 24 + 1) * 3_600_000);
    assert.equal(iso(monthOf("2026-12", "Asia/Shanghai").to), "2026-12-31T16:00:00.000Z");
    assert.throws(() => monthOf("2026-13", "UTC"), /write 2026-10/);
  });

  it("know the last month by the site's calendar, not by UTC's", () => {
    const at = Date.parse("2026-10-31T17:00:00Z");
    assert.equal(lastMonth(at, "Asia/Shanghai").month, "2026-10");
    assert.equal(lastMonth(at, "UTC").month, "2026-09");
    assert.equal(lastMonth(Date.parse("2027-01-15T00:00:00Z"), "UTC").month, "2026-12");
  });

  it("tell the hour as the zone's own clock does, at any moment", () => {
    const zones = ["Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"] as const;
    const at = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) });
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.array(at, { maxLength: 20 }), (zone, moments) => {
        const hourOf = hourTeller(zone);
        const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", hourCycle: "h23" });
        for (const moment of moments) assert.equal(hourOf(moment), Number(format.format(moment)), iso(moment));
      }),
    );
  });
});
