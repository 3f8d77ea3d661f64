import { seconds } from "../../../gateway/core/units.ts";
import { WebhookSender } from "../../../gateway/adapters/post/webhook.ts";
import { answering, postTrial } from "../../support/peers/post-rig.ts";
import { describeChannel } from "./suite.ts";

const trial = postTrial(
  {
    kind: "webhook",
    sender: ({ clock }, origin) => new WebhookSender({ clock, url: `${origin}/notify`, secret: "s3cret" }),
    taken: { status: 200 },
    message: (name) => ({ address: name }),
    nameOf: ({ body }) => (JSON.parse(body) as { address: string }).address,
  },
  {
    refusals: {
      "HTTP 400": answering({ status: 400 }),
      "HTTP 404": answering({ status: 404, body: "not found" }),
      "a redirect": answering({ status: 307, headers: { location: "http://127.0.0.1:1/" } }),
    },
    throttle: {
      begin: answering({ status: 429, headers: { "retry-after": "30" } }),
      forMs: seconds(30),
    },
  },
);

describeChannel("a webhook", trial);
