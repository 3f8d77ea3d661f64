import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { signatureIsRight } from "../../firmware-sim/phone-message.ts";
import { signatureOf as signedByPlatform } from "../../firmware-sim/city-platform.ts";
import { signatureOf } from "../../gateway/adapters/post/webhook-post.ts";
import { PlatformDesk } from "../../gateway/app/platform-desk.ts";
import { minutes } from "../../gateway/core/units.ts";
import { RecordingLog, RecordingMeter } from "../support/peers/recording-sink.ts";
import { TestClock } from "../support/test-clock.ts";

interface Vector {
  readonly story: string;
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly body: string;
  readonly signature: string;
}

/** Made with Python's hmac: neither side's own. */
const VECTORS = JSON.parse(
  readFileSync(join(import.meta.dirname, "../vectors/signatures.json"), "utf8"),
) as readonly Vector[];

describe("a signature", () => {
  for (const { story, secret, at, body, signature } of VECTORS)
    it(`is the same to the gateway, to the other side and to a third one: ${story}`, async () => {
      assert.equal(signatureOf(body, secret, at), signature);
      assert.equal(signedByPlatform(body, secret, at), signature);
      assert.ok(signatureIsRight(signature, body, secret));
      const clock = new TestClock(at);
      const desk = new PlatformDesk({
        platforms: [{ name: "81890", inbound: secret }],
        clock,
        log: new RecordingLog(),
        meter: new RecordingMeter(),
      });
      assert.notEqual(await desk.take("81890", signature, body), null);
      for (const wrong of [signature.toUpperCase(), `${signature}0`, signature.slice(0, -1), `v1=${signature}`])
        assert.equal(await desk.take("81890", wrong, body), null, wrong);
      assert.equal(await desk.take("81890", signature, `${body} `), null);
      assert.equal(await desk.take("81891", signature, body), null);
      await clock.forward(minutes(5) + 1_000);
      assert.equal(await desk.take("81890", signature, body), null, "it has become old");
    });
});
