import assert from "node:assert/strict";
import { isPublic, originOf } from "../../gateway/adapters/http/public-network.ts";

describe("an address", () => {
  it("is public unless it is of a home, a machine, a carrier's inside, or nobody's", () => {
    for (const address of ["203.0.113.7", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2001:db8::7", "::ffff:203.0.113.7"])
      assert.ok(isPublic(address), address);
    for (const address of [
      ...["127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.20", "169.254.3.4", "100.64.0.1"],
      ...["0.0.0.0", "255.255.255.255", "::1", "::", "fe80::1", "fd12:3456::1", "::ffff:192.168.1.20", "", "unknown"],
    ])
      assert.ok(!isPublic(address), address);
  });
});

describe("where a request began", () => {
  it("is its peer, whatever it claims, when that is public", () => {
    assert.equal(originOf("203.0.113.7", "8.8.8.8"), "203.0.113.7");
    assert.equal(originOf("::ffff:203.0.113.7", ""), "203.0.113.7");
  });

  it("is what a proxy of our own network says last", () => {
    assert.equal(originOf("127.0.0.1", "203.0.113.7"), "203.0.113.7");
    assert.equal(originOf("192.168.1.2", "203.0.113.7:51234"), "203.0.113.7");
    assert.equal(originOf("::1", "[2001:db8::7]:51234"), "2001:db8::7");
    assert.equal(originOf("127.0.0.1", "203.0.113.7, 10.0.0.3"), "203.0.113.7");
  });

  it("is not what stands before a private client: anybody may have written that", () => {
    assert.equal(originOf("127.0.0.1", "8.8.8.8, unknown"), "unknown");
    assert.equal(originOf("127.0.0.1", "8.8.8.8, 203.0.113.7"), "203.0.113.7");
    assert.equal(originOf("127.0.0.1", ""), "127.0.0.1");
    assert.equal(originOf("127.0.0.1", "192.168.1.20"), "192.168.1.20");
  });
});
