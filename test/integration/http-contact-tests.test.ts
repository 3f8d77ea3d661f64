import assert from "node:assert/strict";
import { hours } from "../../gateway/core/units.ts";
import type { NoticeMessage } from "../../gateway/ports/channel.ts";
import { HttpSite } from "../support/http-site.ts";

const PUBLIC_URL = "https://okc.example.org";

describe("the test of a contact", () => {
  let site: HttpSite;
  beforeEach(async () => {
    site = await new HttpSite({ publicUrl: PUBLIC_URL }).start();
    await site.app.submit({ type: "public-url-proved", url: PUBLIC_URL });
  });
  afterEach(() => site.stop());

  const ask = (responder: string, body: object = {}) =>
    site.as("staff", `/api/responders/${responder}/test`, { method: "POST", body });
  const tests = (): NoticeMessage[] =>
    (site.phones.messages as readonly { type: string }[]).filter(
      ({ type }) => type === "contact-test",
    ) as NoticeMessage[];
  const stateOf = async (responder: string): Promise<unknown> => {
    const { responders } = (await site.as("staff", "/api/responders")).body;
    return responders.find(({ id }: { id: string }) => id === responder).contacts[0].testState;
  };
  const touch = (link: string, token = new URL(link).hash.slice(1).split(".")[0]!) =>
    site.ask(`/api/contact-tests/${new URL(link).pathname.split("/").at(-1)!}`, {
      method: "POST",
      body: {},
      headers: { authorization: `Bearer ${token}` },
    });

  it("asks one person, says that it is one, and is passed by a touch on its page alone", async () => {
    assert.equal((await ask("v-1")).status, 200);
    const [test] = tests() as [NoticeMessage];
    assert.equal(test.address, "v-1");
    assert.match(test.words.text, /这只是测试，不是呼叫/);
    assert.equal(new URL(test.link!).origin, PUBLIC_URL);
    const page = await site.ask(new URL(test.link!).pathname);
    assert.equal(page.status, 200);
    assert.equal(await stateOf("v-1"), "running", "opening a link, as a messenger does, proves nothing");
    assert.equal((await touch(test.link!, "forged")).status, 401);
    assert.equal(await stateOf("v-1"), "running");
    assert.equal((await touch(test.link!)).status, 200);
    assert.equal(await stateOf("v-1"), "passed");
    assert.equal((await touch(test.link!)).status, 200, "a second touch is the same");
  });

  it("has failed after two days without an answer, and a row says so before the night", async () => {
    await ask("v-1");
    await site.clock.forward(hours(48));
    assert.equal(await stateOf("v-1"), "failed");
    await site.clock.forward(hours(24));
    assert.ok(site.app.state.faults.get("contacts-failed"), "named at 17:00");
  });

  it("is refused for nobody, and for a channel that is none of theirs", async () => {
    assert.equal((await ask("nobody")).status, 404);
    assert.ok((await ask("v-1", { channel: "sms" })).status >= 400);
    assert.deepEqual(tests(), []);
  });
});
