import assert from "node:assert/strict";
import { noticeWords } from "../../gateway/core/notice-words.ts";
import { hours, minutes } from "../../gateway/core/units.ts";
import { CoreHome, WANG } from "../support/core-home.ts";
import { dutyPlan } from "../support/rotas.ts";

/** NOON is noon in UTC; s1 hands over to s2 at 18:00. */
const DUTY = `noticeBefore: 30min
rotas:
  - id: day
    name: 社区
    layers:
      - { people: [s1], hours: "08:00-18:00" }
      - { people: [s2], hours: "18:00-08:00" }
`;

function homeOn(duty = DUTY): CoreHome {
  const home = new CoreHome({ duty: dutyPlan(duty) });
  home.clear();
  return home;
}

/** What people are told from now on, by whom it is for, in English. */
function told(home: CoreHome): string[] {
  return home.events.flatMap((event) =>
    event.kind === "notice-queued" && event.about === "duty"
      ? event.lines.map(([, english]) => `${event.responder}: ${english}`)
      : [],
  );
}

describe("A hand-over", () => {
  it("is told to both before it, and to both when it is there, with what is open", () => {
    const home = homeOn();
    home.forward(hours(5) + minutes(29));
    assert.deepEqual(told(home), []);
    home.forward(minutes(1));
    const at = new Date(home.now + minutes(30)).toISOString().slice(5, 16).replace("T", " ");
    assert.deepEqual(told(home), [
      `s2: your duty begins at ${at} (社区); on duty now: {@s1}`,
      `s1: you hand over to {@s2} at ${at} (社区)`,
    ]);
    home.clear();
    home.press();
    home.forward(minutes(30));
    assert.deepEqual(told(home), [
      "s2: you are on duty now (社区); open alarms: 1",
      "s1: {@s2} took over (社区); open alarms: 1",
    ]);
    home.clear();
    home.forward(hours(13));
    assert.deepEqual(told(home), [], "the next notice comes at 07:30");
  });

  it("names people in the message, and in no event", () => {
    const home = homeOn();
    home.forward(hours(5) + minutes(30));
    assert.ok(!JSON.stringify(home.events).includes("人s1"));
    const [notice] = [...home.state.notices.values()];
    assert.match(noticeWords(home.state, notice!, "zh-CN").text, /由您值班（社区），现值班：人s1$/);
  });

  it("that a restart slept over is told when it is news, once", () => {
    const home = homeOn();
    home.restart(hours(6) + minutes(20));
    assert.deepEqual(told(home).length, 2);
    home.clear();
    home.restart(hours(3));
    assert.deepEqual(told(home), []);
    const late = homeOn();
    late.restart(hours(9));
    assert.deepEqual(told(late), [], "three hours ago is no news");
  });

  it("by a person's change of the roster is told at once", () => {
    const home = homeOn();
    home.decide({
      type: "duty",
      act: "override",
      by: WANG,
      rota: "day",
      instead: null,
      people: ["s2"],
      from: home.now - hours(1),
      to: home.now + hours(1),
    });
    assert.deepEqual(told(home), [
      "s2: you are on duty now (社区); open alarms: 0",
      "s1: {@s2} took over (社区); open alarms: 0",
    ]);
    home.forward(minutes(1));
    home.clear();
    home.decide({ type: "duty", act: "end", override: "o1", by: WANG });
    assert.equal(told(home).length, 2);
  });

  it("is told to nobody where the file says so, or the clock cannot be trusted", () => {
    const quiet = homeOn(DUTY.replace("30min", "null"));
    quiet.forward(hours(7));
    assert.deepEqual(told(quiet), []);
    const stepped = homeOn();
    stepped.stepClock(minutes(-10));
    stepped.clear();
    stepped.stepClock(hours(5) + minutes(50));
    stepped.forward(minutes(40));
    assert.deepEqual(told(stepped), []);
  });
});
