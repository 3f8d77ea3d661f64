import { NtfySender } from "../../../gateway/adapters/post/ntfy.ts";
import { seconds } from "../../../gateway/core/units.ts";
import { answering, postTrial } from "../../support/peers/post-rig.ts";
import { describeChannel } from "./suite.ts";

const trial = postTrial(
  {
    kind: "ntfy",
    sender: ({ clock }, url) => new NtfySender({ clock, url, login: { token: "tk_hidden" }, openLabel: "打开" }),
    taken: {
      status: 200,
      body: JSON.stringify({ id: "xE73Iyuabi", time: 1795435200, event: "message", topic: "wang" }),
    },
    message: () => ({ address: "okc-wang-3f9a" }),
  },
  {
    refusals: {
      "no right to write": answering({
        status: 403,
        body: JSON.stringify({ code: 40301, http: 403, error: "forbidden" }),
      }),
      "a wrong token": answering({
        status: 401,
        body: JSON.stringify({ code: 40101, http: 401, error: "unauthorized" }),
      }),
      "a message that is too large": answering({ status: 413 }),
      "no ntfy there": answering({ status: 404, body: "<html>not found</html>" }),
    },
    postponements: {
      "the limit of its visitors": answering({
        status: 429,
        body: JSON.stringify({ code: 42901, http: 429, error: "limit reached: too many requests" }),
      }),
      "a page of HTML with 200": answering({ status: 200, body: "<html>please log in</html>" }),
      "JSON of somebody else": answering({ status: 200, body: "{}" }),
    },
    throttle: { begin: answering({ status: 429, headers: { "retry-after": "40" } }), forMs: seconds(40) },
  },
);

describeChannel("ntfy", trial);
