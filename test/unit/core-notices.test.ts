import assert from "node:assert/strict";
import { Draft } from "../../gateway/core/draft.ts";
import { evolve } from "../../gateway/core/evolve.ts";
import { NOTICE_LINES_MAX } from "../../gateway/core/evolve-notice.ts";
import { noticeWords } from "../../gateway/core/notice-words.ts";
import type { Notice } from "../../gateway/core/notice.ts";
import { GATHER_MS, NOTICES_MAX, queueNotice, type NoticeWanted } from "../../gateway/core/notices.ts";
import { writeState } from "../../gateway/core/state.ts";
import { hours, seconds } from "../../gateway/core/units.ts";
import { CoreHome } from "../support/core-home.ts";

/** What a rule of the core tells people: the step that says it is played by the test. */
function tell(home: CoreHome, wanted: Partial<NoticeWanted> = {}): boolean {
  const draft = new Draft(home.state, home.now);
  const queued = queueNotice(draft, {
    responder: "s1",
    about: "duty",
    lines: [["您 20:00 起值班。", "You are on duty from 20:00."]],
    ...wanted,
  });
  for (const event of draft.events) evolve(home.folded, event);
  draft.commit();
  return queued;
}

const notices = (home: CoreHome): Notice[] => [...home.state.notices.values()];

/** The keys that left since the last `clear`. */
const left = (home: CoreHome): string[] =>
  home.effects.flatMap((effect) => (effect.do === "deliver" ? [effect.key] : []));

describe("A notice to one person", () => {
  it("leaves once for the first of their contacts, and is over when it was taken", () => {
    const home = new CoreHome();
    assert.ok(tell(home));
    assert.deepEqual(left(home), [], "others may have something to tell them too");
    home.forward(GATHER_MS);
    const [notice] = notices(home);
    assert.deepEqual(notice?.tried, [{ channel: "webhook", contact: 1 }]);
    assert.deepEqual(left(home), [`${notice!.id}.n1`]);
    home.receipt(`${notice!.id}.n1`, "sent");
    assert.deepEqual(notices(home), []);
    assert.equal(writeState(home.state), writeState(home.folded));
  });

  it("never goes to a group, where others read along", () => {
    const home = new CoreHome({ facilities: { channelKinds: { webhook: "wecom", voice: "voice" } } });
    tell(home);
    home.forward(GATHER_MS);
    assert.deepEqual(notices(home)[0]?.tried, [{ channel: "voice", contact: 2 }]);
  });

  it("is one message with what else they are told about the same within half a minute", () => {
    const home = new CoreHome();
    tell(home);
    home.forward(seconds(20));
    tell(home, { lines: [["{@v1} 请假。", "{@v1} is away."]] });
    tell(home, { responder: "s2" });
    tell(home, { about: "faults" });
    assert.equal(notices(home).length, 3);
    const words = noticeWords(home.state, notices(home)[0]!, "zh-CN");
    assert.equal(words.text, "您 20:00 起值班。\n人v1 请假。");
    assert.equal(words.title, "【一键通】值班通知");
    assert.ok(!writeState(home.state).includes("人v1 请假"), "no name stands in the state");
  });

  it("says how much there was no room for", () => {
    const home = new CoreHome();
    for (let n = 0; n < NOTICE_LINES_MAX + 3; n++) tell(home);
    assert.match(noticeWords(home.state, notices(home)[0]!, "en").text, /\n3 more: see the desk\.$/);
  });

  it("goes to their next contact at once where the first does not get through, and the first is taken back", () => {
    const home = new CoreHome();
    tell(home);
    home.forward(GATHER_MS);
    const { id } = notices(home)[0]!;
    home.clear();
    home.receipt(`${id}.n1`, "failing", "no network");
    assert.deepEqual(left(home), [`${id}.n2`]);
    assert.ok(home.effects.some((effect) => effect.do === "withdraw" && effect.key === `${id}.n1`));
    home.receipt(`${id}.n1`, "failed", "too late");
    assert.equal(notices(home).length, 1, "what becomes of the first is no matter any more");
    home.receipt(`${id}.n2`, "failing", "busy");
    assert.equal(notices(home).length, 1, "the last way goes on trying");
    home.receipt(`${id}.n2`, "failed", "no such number");
    assert.deepEqual(notices(home), []);
  });

  it("is sent again under its key after a restart, and not at all once it is of no use", () => {
    const home = new CoreHome();
    tell(home, { usefulMs: hours(1) });
    home.forward(GATHER_MS);
    const { id } = notices(home)[0]!;
    home.clear();
    home.restart(seconds(5));
    assert.deepEqual(left(home), [`${id}.n1`]);
    home.clear();
    home.forward(hours(1));
    assert.deepEqual(notices(home), []);
    assert.deepEqual(home.effects, [{ do: "withdraw", key: `${id}.n1` }]);
  });

  it("that finds nobody to tell is over, and says so", () => {
    const home = new CoreHome({ facilities: { channels: [] } });
    tell(home);
    home.forward(GATHER_MS);
    const ended = home.events.find((event) => event.kind === "notice-ended");
    assert.equal(ended?.kind === "notice-ended" && ended.how, "nobody");
  });

  it("is not queued past the bound, and a fault says so", () => {
    const home = new CoreHome();
    for (let n = 0; n < NOTICES_MAX; n++) assert.ok(tell(home, { responder: `x${n}` }));
    assert.equal(tell(home), false);
    assert.ok(home.state.faults.get("notices-full"));
    home.forward(hours(13));
    assert.equal(home.state.faults.get("notices-full"), undefined);
  });

  it("leaves by a path that lives", () => {
    const home = new CoreHome({ facilities: { channelKinds: { webhook: "webhook", voice: "voice" } } });
    home.fault("path:webhook:webhook", true);
    tell(home);
    home.forward(GATHER_MS);
    assert.deepEqual(notices(home)[0]?.tried, [{ channel: "voice", contact: 2 }]);
  });
});
