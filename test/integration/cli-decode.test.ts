import assert from "node:assert/strict";
import { assertMatches } from "../support/json-schemas.ts";
import { okc } from "../support/okc-command.ts";

const BUTTON = { bridge: "rflink", payload: "20;06;EV1527;ID=0a1b2c;SWITCH=01;CMD=ON;\r\n", needs_enrolment: true };
const SOS = { bridge: "zigbee2mqtt", topic: "zigbee2mqtt/flat/sos", payload: '{"action":"emergency","battery":87}' };

describe("okc decode", function () {
  this.timeout(60_000);

  const decode = async (rows: readonly (object | string)[], ...options: string[]): Promise<readonly object[]> => {
    const stdin = rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row))).join("\n");
    const { code, stdout, stderr } = await okc(["decode", ...options], { stdin });
    assert.deepEqual([code, stderr], [0, ""]);
    const answers = stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as object);
    answers.forEach((answer) => assertMatches("decode", answer));
    return answers;
  };
  const event = (kind: string, deviceId: string, batteryPct: number | null = null): object => ({
    kind,
    deviceId,
    batteryPct,
    rssiDbm: null,
  });

  it("prints a line for each row, in its order, without a gateway and without a configuration", async () => {
    assert.deepEqual(
      await decode([BUTTON, "", SOS, { bridge: "pigeon", payload: "" }, "nonsense", BUTTON.payload.trim()]),
      [
        { events: [event("other", "EV1527:0a1b2c:01")] },
        { events: [event("emergency", "flat/sos", 87)] },
        { events: [], unsupported: true },
        {
          events: [],
          error: {
            code: "bad-row",
            message: "neither a row as JSON nor a message of a protocol that is known by its look",
          },
        },
        { events: [event("other", "EV1527:0a1b2c:01")], takenFor: "rflink" },
      ],
    );
  });

  it("reads rows as enrolled, and counts presses, where it is asked to", async () => {
    const pressed = { events: [event("emergency", "EV1527:0a1b2c:01")] };
    assert.deepEqual(await decode([BUTTON, BUTTON], "--enrolled"), [pressed, pressed]);
    assert.deepEqual(await decode([BUTTON, BUTTON], "--enrolled", "--presses"), [pressed, { events: [] }]);
  });

  it("goes on after a line that is too long", async () => {
    const long = "x".repeat(17 * 1024 * 1024);
    const [error, ...rest] = await decode([long, SOS]);
    assert.match(JSON.stringify(error), /"code":"oversized"/);
    assert.deepEqual(rest, [{ events: [event("emergency", "flat/sos", 87)] }]);
  });

  it("takes no file and no option that it does not know", async () => {
    for (const [word, said] of [
      ["rows.jsonl", /"rows\.jsonl" is too much/],
      ["--state=open", /knows no --state/],
    ] as const) {
      const { code, stdout, stderr } = await okc(["decode", word]);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, said);
    }
  });
});
