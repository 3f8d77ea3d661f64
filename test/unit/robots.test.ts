import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { dingtalkSender } from "../../gateway/adapters/post/dingtalk.ts";
import { feishuSender } from "../../gateway/adapters/post/feishu.ts";
import type { RobotParts, RobotSender } from "../../gateway/adapters/post/robot.ts";
import { wecomSender } from "../../gateway/adapters/post/wecom.ts";
import type { OfferMessage } from "../../gateway/ports/channel.ts";
import { HttpPeer, type PeerRequest } from "../support/peers/http-peer.ts";
import { offerMessage } from "../support/peers/offer-message.ts";
import { NOON, TestClock } from "../support/test-clock.ts";

/** Words as a group gets them; all else of the message is about persons. */
const GROUP = {
  words: { title: "【一键通】紧急呼叫", text: "3号楼，代码 4711", spoken: "紧急呼叫 3号楼" },
  reason: "王芳已接受",
};
const PRIVATE = ["李奶奶", "501", "t0ken", "okc.example.org", "王芳", "wang", "expiresAt", "o1", "a1"];

describe("a robot of a group", () => {
  let peer: HttpPeer;

  beforeEach(async () => {
    peer = await new HttpPeer().open();
    peer.answer = { status: 200, body: '{"errcode":0,"code":0}' };
  });

  afterEach(() => peer.close());

  async function sent(
    make: (parts: RobotParts) => RobotSender,
    said: Partial<OfferMessage> = {},
    secret: string | null = null,
  ): Promise<PeerRequest & { readonly json: unknown }> {
    const url = `http://127.0.0.1:${peer.port}/send?key=k1`;
    const sender = make({ clock: new TestClock(), url, secret });
    await sender.open();
    const verdict = await sender.send(offerMessage({ ...GROUP, address: "", ...said }), { attempt: 1, wallAt: NOON });
    await sender.close();
    assert.equal(verdict.fate, "sent");
    const request = peer.requests.items.at(-1)!;
    return { ...request, json: JSON.parse(request.body) };
  }

  it("gets building and code, and nothing of a person", async () => {
    for (const make of [wecomSender, dingtalkSender, feishuSender]) {
      const { body, headers, url } = await sent(make, { key: "okc-aaaa1111-x9-y9" }, "SEC1");
      assert.match(body, /【一键通】紧急呼叫\\n3号楼，代码 4711/);
      for (const word of PRIVATE)
        assert.ok(![body, url, JSON.stringify(headers)].some((text) => text.includes(word)), `${word} left: ${body}`);
    }
  });

  it("of WeCom takes text, and mentions by mobile number or user id", async () => {
    const text = (await sent(wecomSender)).json;
    assert.deepEqual(text, { msgtype: "text", text: { content: "【一键通】紧急呼叫\n3号楼，代码 4711" } });
    const mentions = async (address: string): Promise<unknown> => {
      const { content: _, ...rest } = ((await sent(wecomSender, { address })).json as { text: { content: string } })
        .text;
      return rest;
    };
    assert.deepEqual(await mentions("138 0000 1111"), { mentioned_mobile_list: ["13800001111"] });
    assert.deepEqual(await mentions("+86 138-0000-1111"), { mentioned_mobile_list: ["13800001111"] });
    assert.deepEqual(await mentions("wangqing"), { mentioned_list: ["wangqing"] });
    assert.deepEqual(await mentions("@all"), { mentioned_mobile_list: ["@all"] });
  });

  it("of DingTalk takes text, mentions beside it, and a signature in the address", async () => {
    const { json, url } = await sent(dingtalkSender, { address: "13800001111" }, "SEC1");
    assert.deepEqual(json, {
      msgtype: "text",
      text: { content: "【一键通】紧急呼叫\n3号楼，代码 4711" },
      at: { atMobiles: ["13800001111"], isAtAll: false },
    });
    const query = new URL(url, "http://peer").searchParams;
    const sign = createHmac("sha256", "SEC1").update(`${NOON}\nSEC1`).digest("base64");
    assert.deepEqual(Object.fromEntries(query), { key: "k1", timestamp: String(NOON), sign });
    assert.match(url, /sign=[\w%-]+$/, "+ and / are escaped");
    assert.equal((await sent(dingtalkSender)).url, "/send?key=k1");
  });

  it("of Feishu takes text with mentions in it, and a signature in the body", async () => {
    const { json } = await sent(feishuSender, { address: "ou_18eac85d35a2" }, "SEC1");
    const timestamp = String(NOON / 1_000);
    const sign = createHmac("sha256", `${timestamp}\nSEC1`).update("").digest("base64");
    const text = '【一键通】紧急呼叫\n3号楼，代码 4711\n<at user_id="ou_18eac85d35a2"></at>';
    assert.deepEqual(json, { timestamp, sign, msg_type: "text", content: { text } });
  });

  it("of Feishu takes no command from a building's name", async () => {
    const words = { ...GROUP.words, text: '<at user_id="all"></at>' };
    const { body } = await sent(feishuSender, { words, address: '"></at><at user_id="all' });
    assert.ok(!body.includes("<"), body);
  });

  it("gets as much of a long text as its service takes, in whole characters", async () => {
    const words = { ...GROUP.words, text: "楼".repeat(1_000) };
    const { content } = ((await sent(wecomSender, { words })).json as { text: { content: string } }).text;
    assert.ok(Buffer.byteLength(content) <= 2_048 && Buffer.byteLength(content) > 2_040, content.slice(-3));
    assert.match(content, /楼…$/);
  });
});
