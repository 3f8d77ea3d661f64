import assert from "node:assert/strict";
import { PushSender } from "../../../gateway/adapters/post/push.ts";
import { writeSubscription } from "../../../gateway/core/push-subscription.ts";
import { seconds } from "../../../gateway/core/units.ts";
import { PushKeys } from "../../../gateway/site/push-keys.ts";
import { answering, postTrial } from "../../support/peers/post-rig.ts";
import { PushBrowser } from "../../support/peers/push-browser.ts";
import { describeChannel } from "./suite.ts";

const keys = new PushKeys();
keys.open(Buffer.from("the key file of a test"));
const browser = new PushBrowser();

const trial = postTrial(
  {
    kind: "push",
    sender: ({ clock }, _origin) =>
      new PushSender({
        clock,
        subject: "mailto:okc@example.org",
        keys: () => keys.vapid,
        isLocal: true,
        isPublic: () => false,
      }),
    taken: { status: 201 },
    message: (name, origin) => ({
      offer: { id: `o${name}`, version: 1 },
      address: writeSubscription(browser.subscription(`${origin}/push/${name}`)),
    }),
    nameOf: (request) => {
      const { tag } = browser.open(request) as { tag: string };
      assert.equal(request.url, `/push/${tag.slice(1)}`);
      return tag.slice(1);
    },
  },
  {
    refusals: {
      "the browser is no longer subscribed (404)": answering({ status: 404 }),
      "the browser is no longer subscribed (410)": answering({ status: 410 }),
      "the payload is too large": answering({ status: 413 }),
      "our key is refused": answering({ status: 403, body: "invalid JWT provided" }),
    },
    throttle: { begin: answering({ status: 429, headers: { "retry-after": "20" } }), forMs: seconds(20) },
  },
);

describeChannel("notifications of browsers", trial);
