import assert from "node:assert/strict";
import fc from "fast-check";
import { coversFilter, matchesFilter } from "../../gateway/adapters/broker/topic-filter.ts";

describe("A topic filter", () => {
  // MQTT 3.1.1, 4.7.1 and 4.7.2: the examples of the standard.
  const matching: readonly (readonly [string, string, boolean])[] = [
    ["sport/tennis/player1/#", "sport/tennis/player1", true],
    ["sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true],
    ["sport/#", "sport", true],
    ["sport/tennis/+", "sport/tennis/player1", true],
    ["sport/tennis/+", "sport/tennis/player1/ranking", false],
    ["sport/+", "sport", false],
    ["sport/+", "sport/", true],
    ["+/+", "/finance", true],
    ["/+", "/finance", true],
    ["+", "/finance", false],
    ["#", "$SYS/clients", false],
    ["+/monitor/Clients", "$SYS/monitor/Clients", false],
    ["$SYS/#", "$SYS/clients", true],
    ["okc/+/up", "okc/p-17/up", true],
    ["okc/+/up", "okc/p-17/down", false],
  ];
  for (const [filter, topic, expected] of matching)
    it(`${filter} ${expected ? "matches" : "does not match"} ${topic}`, () => {
      assert.equal(matchesFilter(filter, topic), expected);
    });

  const covering: readonly (readonly [string, string, boolean])[] = [
    ["okc/+/down", "okc/p-17/down", true],
    ["okc/+/down", "okc/+/down", true],
    ["okc/+/down", "okc/#", false],
    ["okc/+/down", "okc/+/+", false],
    ["okc/+/down", "#", false],
    ["okc/#", "okc/+/down", true],
    ["okc/#", "okc", true],
    ["#", "$SYS/#", false],
    ["okc/p-17/down", "okc/+/down", false],
  ];
  for (const [allowed, asked, expected] of covering)
    it(`${allowed} ${expected ? "covers" : "does not cover"} ${asked}`, () => {
      assert.equal(coversFilter(allowed, asked), expected);
    });

  it("that covers another matches every topic the other matches", () => {
    const level = fc.constantFrom("a", "b", "", "$c");
    const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/"));
    const filter = fc
      .tuple(fc.array(fc.oneof(level, fc.constant("+")), { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([levels, open]) => [...levels, ...(open ? ["#"] : [])].join("/"));
    fc.assert(
      fc.property(filter, filter, topic, (allowed, asked, name) => {
        fc.pre(coversFilter(allowed, asked) && matchesFilter(asked, name));
        return matchesFilter(allowed, name);
      }),
    );
  });
});
