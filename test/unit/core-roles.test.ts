import assert from "node:assert/strict";
import { viewAlarm } from "../../gateway/core/alarm-view.ts";
import type { DirectoryEvent } from "../../gateway/core/events.ts";
import { offerWords } from "../../gateway/core/message-words.ts";
import { viewCall } from "../../gateway/core/offer-view.ts";
import { readState, writeState } from "../../gateway/core/state.ts";
import { minutes } from "../../gateway/core/units.ts";
import { COMMUNITY } from "../support/core-community.ts";
import { CoreHome, GATEWAY_ID } from "../support/core-home.ts";

/** r1's key is with `holder`; v4, v1 and v2 are asked first. */
function homeWithKeyAt(holder: string): CoreHome {
  const people = COMMUNITY.map((event): DirectoryEvent => {
    if (event.kind !== "resident-saved" || event.id !== "r1") return event;
    const data = { ...event.personal!.data, keyPlace: "门卫室抽屉" };
    return { ...event, keyHolder: holder, personal: { person: "r1", data } };
  });
  const home = new CoreHome({ people });
  home.press();
  home.deliverAll();
  home.clear();
  return home;
}

const tasks = (home: CoreHome): Record<string, string> =>
  Object.fromEntries(home.alarm.offers.flatMap(({ responder, task }) => (task ? [[responder, task]] : [])));
const call = (home: CoreHome, who: string) => viewCall(home.state, home.alarm, home.offer(who), home.now);
const offersLeft = (home: CoreHome): string[] => home.left.filter((one) => one.endsWith(" offer"));

describe("A key that somebody holds", () => {
  it("is asked for once somebody goes: the first goes, its holder is asked to bring the key", () => {
    const home = homeWithKeyAt("v6");
    assert.ok(!home.offers("volunteers").includes("v6"), "not one of the nearest");
    home.answer("v4", "accept");
    assert.deepEqual(tasks(home), { v4: "go", v6: "key" });
    assert.deepEqual(offersLeft(home), ["webhook v6 offer"]);
    assert.ok(home.alarm.stoppedLegs.includes("volunteers"));
    home.answer("v6", "accept");
    assert.equal(home.offer("v6").state, "accepted");
    assert.equal(home.alarm.owner, null);
    assert.equal(viewAlarm(home.state, home.alarm).offers.find(({ responder }) => responder === "v6")?.task, "key");
  });

  it("tells where it is to whoever fetches it, and to the others who brings it", () => {
    const home = homeWithKeyAt("v6");
    assert.equal(call(home, "v4").resident?.keyPlace, undefined, "nobody has said yes");
    home.answer("v4", "accept");
    assert.equal(call(home, "v4").resident?.keyPlace, "门卫室抽屉", "nobody brings it yet");
    assert.equal(call(home, "v6").resident?.keyPlace, undefined, "asked, but has not said yes");
    home.answer("v6", "accept");
    assert.equal(call(home, "v6").resident?.keyPlace, "门卫室抽屉");
    assert.equal(call(home, "v4").resident?.keyPlace, undefined);
    assert.deepEqual(
      call(home, "v4").coming.map(({ name, task }) => [name, task]),
      [["人v6", "key"]],
    );
  });

  it("needs nobody else where its holder is the first to go", () => {
    const home = homeWithKeyAt("v4");
    home.answer("v4", "accept");
    assert.deepEqual(tasks(home), { v4: "go-with-key" });
    assert.deepEqual(offersLeft(home), []);
  });

  it("is asked for again in the message of a holder who was asked to come, and they do not stand down", () => {
    const home = homeWithKeyAt("v1");
    home.answer("v4", "accept");
    assert.deepEqual(tasks(home), { v4: "go", v1: "key" });
    assert.equal(home.offer("v1").state, "sent");
    assert.equal(home.offer("v2").state, "withdrawn");
    assert.deepEqual(offersLeft(home), ["webhook v1 offer"]);
  });

  it("is fetched by a second one where its holder cannot", () => {
    const home = homeWithKeyAt("v1");
    home.answer("v1", "decline");
    home.answer("v4", "accept");
    assert.ok(!home.alarm.stoppedLegs.includes("volunteers"), "one for the key is still wanted");
    home.answer("v2", "accept");
    assert.deepEqual(tasks(home), { v4: "go", v2: "key" });
    assert.ok(home.alarm.stoppedLegs.includes("volunteers"));
  });

  it("is asked of another when its holder says no later", () => {
    const home = homeWithKeyAt("v6");
    home.answer("v4", "accept");
    home.clear();
    home.answer("v6", "decline");
    assert.ok(!home.alarm.stoppedLegs.includes("volunteers"));
    const [next] = offersLeft(home);
    assert.match(next!, /^webhook v\d offer$/);
    const who = next!.split(" ")[1]!;
    home.answer(who, "accept");
    assert.equal(tasks(home)[who], "key");
  });

  it("stays with who brings it when whoever went cannot come: the next one goes", () => {
    const home = homeWithKeyAt("v6");
    home.answer("v4", "accept");
    home.answer("v6", "accept");
    home.clear();
    home.answer("v4", "decline");
    assert.ok(!home.alarm.stoppedLegs.includes("volunteers"));
    const who = offersLeft(home).at(-1)!.split(" ")[1]!;
    home.answer(who, "accept");
    assert.deepEqual([tasks(home)[who], tasks(home)["v6"]], ["go", "key"]);
  });

  it("at the family or the staff is asked for there, and takes the alarm from nobody", () => {
    for (const holder of ["f1", "s1"]) {
      const home = homeWithKeyAt(holder);
      home.answer("v4", "accept");
      home.answer(holder, "accept");
      assert.deepEqual(tasks(home), { v4: "go", [holder]: "key" });
      assert.equal(home.alarm.owner, null);
    }
  });

  it("is not asked for any more once a person of the desk has it, or it is over", () => {
    const taken = homeWithKeyAt("v6");
    taken.answer("v4", "accept");
    taken.act("take");
    assert.equal(taken.offer("v6").state, "withdrawn");
    assert.equal(taken.offer("v4").state, "accepted");
    const over = homeWithKeyAt("v6");
    over.answer("v4", "accept");
    over.answer("v6", "accept");
    over.resolve();
    assert.equal(over.offer("v6").state, "withdrawn");
  });

  it("keeps its roles over reminders and a restart, which are the fold of the journal", () => {
    const home = homeWithKeyAt("v6");
    home.answer("v4", "accept");
    home.forward(minutes(6));
    assert.deepEqual(tasks(home), { v4: "go", v6: "key" });
    assert.equal(writeState(home.folded), writeState(home.state));
    const again = readState(writeState(home.state), GATEWAY_ID);
    assert.equal(again.alarms.get(home.alarm.id)!.offers.find(({ responder }) => responder === "v6")?.task, "key");
  });

  it("is asked for in words that say so, without its place", () => {
    const home = { name: "李奶奶", building: "1号楼", unit: "1", room: "101" };
    const told = { language: "zh-CN" as const, kind: "emergency" as const, home, code: "42", isKeyWanted: true };
    const words = offerWords(told);
    assert.match(words.title, /请送钥匙：紧急呼叫/);
    assert.match(words.spoken, /请送钥匙/);
    assert.match(offerWords({ ...told, language: "en" }).title, /bring the key: emergency call/);
  });
});
