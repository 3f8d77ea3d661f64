import assert from "node:assert/strict";
import { remoteKey, shownRemote } from "../../gateway/adapters/tcp/remote.ts";

describe("a remote address", () => {
  it("is shown as people write it", () => {
    assert.deepEqual(["::ffff:203.0.113.7", "203.0.113.7", "fe80::1%eth0", "2001:db8::17"].map(shownRemote), [
      "203.0.113.7",
      "203.0.113.7",
      "fe80::1",
      "2001:db8::17",
    ]);
  });

  it("counts by itself, or by the network of 64 bits that one subscriber has whole", () => {
    assert.equal(remoteKey("203.0.113.7"), "203.0.113.7");
    const neighbours = ["2001:db8:1:2::17", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:ffff::", "2001:db8:1:2::"];
    assert.deepEqual([...new Set(neighbours.map(remoteKey))], ["2001:db8:1:2::/64"]);
    assert.equal(remoteKey("2001:db8::17"), "2001:db8:0:0::/64");
    assert.equal(remoteKey("::1"), "0:0:0:0::/64");
  });
});
