import assert from "node:assert/strict";
import { HttpPeer } from "../support/peers/http-peer.ts";
import { RealSite } from "../support/real-site.ts";

/** What nobody but the person asked may read: names, rooms, telephones, links and their tokens. */
const PRIVATE = /李奶奶|志愿者|王芳|101|138|\/o\/|http/;

describe("a robot of a group", function () {
  this.timeout(60_000);
  let site: RealSite;
  let peer: HttpPeer;

  before(async () => {
    peer = await new HttpPeer().open();
    peer.answer = { status: 200, body: '{"errcode":0,"errmsg":"ok"}' };
    const volunteers = [{ channel: "wecom", url: `http://127.0.0.1:${peer.port}/send?key=hidden` }];
    site = await RealSite.make({ serial: true, more: { volunteers } });
    await site.importPeople();
    await site.import("responder,channel,address,order\nv-1,wecom,@all,1");
    await site.start();
  });
  after(async () => {
    await site.dispose();
    await peer.close();
  });

  const said = (): string[] =>
    peer.requests.items.map(({ body }) => (JSON.parse(body) as { text: { content: string } }).text.content);

  it("is told of a call by building and code, and of its end; its address stands in no log", async () => {
    site.pendant("beef").press();
    await peer.requests.reach(1);
    assert.match(said()[0]!, /^【一键通】紧急呼叫\n1号楼(，代码 \d+)?$/);
    const [alarm] = await site.untilAlarms("the message to be sent", ([one]) =>
      Boolean(one?.deliveries.some(({ channel, status }) => channel === "wecom" && status === "sent")),
    );
    const { code, stderr } = await site.okc("take", alarm!.id, "--as", "王芳");
    assert.equal(code, 0, stderr);
    await peer.requests.reach(2);
    assert.match(said()[1]!, /^【一键通】不用去了：紧急呼叫\n1号楼(，代码 \d+)?：已有人处理，不用去了，谢谢！$/);
    for (const text of said()) assert.doesNotMatch(text, PRIVATE);
    assert.doesNotMatch(site.log, /hidden/);
  });
});
