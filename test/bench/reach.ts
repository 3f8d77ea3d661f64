import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { median, nowMs, quantile, rssMb, until } from "./figures.ts";
import { MqttPendants } from "./pendants.ts";
import { MailEnd, PostEnd, SmsEnd, type Arrival, type End } from "./reach/ends.ts";
import { houseOf, priorityOf, ReachSite } from "./reach/site.ts";
import { Receiver } from "./receiver.ts";
import { limit, Results, type Findings, type Row } from "./report.ts";

/*
 * `npm run bench -- --reach`: 200 pendants pressed at once, three relatives each, spread over every channel; and before
 * that single presses, as the measure of what a channel takes when nothing else happens.
 */

const ALARMS = 200;
const CONTACTS = 600;
/** Single presses before, by residents of their own. */
const ALONE = 10;
/** Contacts of one robot: it lets through twenty messages a minute. */
const PER_ROBOT = 10;
const ROBOTS: readonly string[] = ["wecom", "dingtalk", "feishu"];
const ALL_WITHIN_MS = 120_000;
const SETTLE_MS = 2_000;

type Say = (text: string) => void;

/** Contact by contact: the robots first, the rest in turns. */
function spread(ends: readonly End[], contacts: number): (index: number) => { channel: string; address: string } {
  const endOf = (channel: string): End => ends.find(({ channels }) => channels.includes(channel))!;
  const all = ends.flatMap(({ channels }) => channels);
  const robots = all.filter((channel) => ROBOTS.includes(channel));
  const others = all.filter((channel) => !ROBOTS.includes(channel));
  return (index) => {
    const turn = contacts - 1 - index;
    const robot = robots[Math.floor(turn / PER_ROBOT)];
    const channel = robot ?? others[index % others.length]!;
    return { channel, address: endOf(channel).addressOf(channel, index) };
  };
}

const houseIn = (text: string): string => /\d{4}栋/.exec(text)?.[0] ?? "";

/** How often a less urgent first message was there before a more urgent one, of all pairs that differ. */
function overtaken(firsts: readonly { readonly priority: number; readonly ms: number }[]): number {
  const pairs = firsts.flatMap((a) => firsts.filter((b) => a.priority < b.priority).map((b) => a.ms > b.ms));
  return (100 * pairs.filter(Boolean).length) / pairs.length;
}

async function run(folder: string, results: Results, say: Say): Promise<void> {
  const ends: End[] = [new PostEnd(), new MailEnd(), new SmsEnd(folder)];
  mkdirSync(folder, { recursive: true });
  const arrivals: Arrival[] = [];
  for (const one of ends) await one.open((arrival) => arrivals.push(arrival));
  const receiver = await Receiver.open();
  const channelOf = spread(ends, CONTACTS);
  const residents = ALARMS + ALONE;
  const site = await new ReachSite({
    folder,
    residents,
    contacts: 3 * residents,
    channelOf,
    ends,
    receiver: receiver.port,
  }).make();
  const pendants = new MqttPendants(site.mqttPort, site.passwordOf);
  try {
    site.spawn();
    await pendants.connectFirst();
    await pendants.connectAll(residents);
    say("single presses");
    const alone = await pressAlone(pendants, arrivals);
    await pause(SETTLE_MS);
    const idleMb = rssMb([site.pid]);
    arrivals.length = 0;
    say(`${ALARMS} at once`);
    const from = nowMs();
    let peakMb = idleMb;
    await Promise.all(Array.from({ length: ALARMS }, (_, index) => pendants.press(index)));
    const ackedMs = nowMs() - from;
    const wanted = ALARMS * 3;
    const isAll = await until(
      () => {
        peakMb = Math.max(peakMb, rssMb([site.pid]));
        return arrivals.length >= wanted;
      },
      ALL_WITHIN_MS,
      20,
    );
    await pause(SETTLE_MS);
    add(results, arrivals, from, { alone, ackedMs, idleMb, peakMb, missing: isAll ? 0 : wanted - arrivals.length });
    results.add("reach", { atHotline: await receiver.count() });
  } finally {
    pendants.cut();
    await site.end();
    receiver.close();
    for (const one of ends) await one.close();
  }
}

/** How long the first message of an alarm takes when there is no other; the median. */
async function pressAlone(pendants: MqttPendants, arrivals: readonly Arrival[]): Promise<number> {
  const took: number[] = [];
  for (let index = ALARMS; index < ALARMS + ALONE; index++) {
    const from = nowMs();
    void pendants.press(index);
    const house = houseOf(index);
    const first = (): Arrival | undefined => arrivals.find(({ text }) => houseIn(text) === house);
    if (await until(() => first() !== undefined, ALL_WITHIN_MS, 1)) took.push(first()!.atMs - from);
  }
  return median(took);
}

interface Around {
  readonly alone: number;
  readonly ackedMs: number;
  readonly idleMb: number;
  readonly peakMb: number;
  readonly missing: number;
}

function add(results: Results, arrivals: readonly Arrival[], from: number, around: Around): void {
  const firstOf = (index: number): number =>
    Math.min(...arrivals.filter(({ text }) => houseIn(text) === houseOf(index)).map(({ atMs }) => atMs - from));
  const firsts = Array.from({ length: ALARMS }, (_, index) => ({ priority: priorityOf(index), ms: firstOf(index) }));
  const times = firsts.map(({ ms }) => ms);
  const seen = new Set(arrivals.map(({ channel, to, text }) => `${channel} ${to} ${houseIn(text)}`));
  results.add("reach", {
    aloneMs: around.alone,
    ackedMs: around.ackedMs,
    firstP50Ms: median(times),
    firstP95Ms: quantile(times, 0.95),
    firstMaxMs: Math.max(...times),
    allMs: Math.max(...arrivals.map(({ atMs }) => atMs - from)),
    ...Object.fromEntries(
      [1, 2, 3].map((priority) => [
        `first${priority}Ms`,
        median(firsts.filter((one) => one.priority === priority).map(({ ms }) => ms)),
      ]),
    ),
    overtaken: overtaken(firsts),
    twice: arrivals.length - seen.size,
    missing: around.missing,
    idleMb: around.idleMb,
    peakMb: around.peakMb,
  });
  for (const channel of new Set(arrivals.map((one) => one.channel))) {
    const own = arrivals.filter((one) => one.channel === channel).map(({ atMs }) => atMs - from);
    results.add("reach", {
      [`${channel} messages`]: own.length,
      [`${channel} p50`]: median(own),
      [`${channel} max`]: Math.max(...own),
    });
  }
}

const ROWS: readonly Row[] = [
  ["alone: press → first message", "aloneMs", "ms"],
  ["200 at once: all acknowledged", "ackedMs", "ms"],
  ["200: press → first message p50", "firstP50Ms", "ms"],
  ["p95", "firstP95Ms", "ms"],
  ["the last alarm's first", "firstMaxMs", "ms"],
  ["all 600 messages", "allMs", "ms"],
  ["first p50, priority 1", "first1Ms", "ms"],
  ["first p50, priority 2", "first2Ms", "ms"],
  ["first p50, priority 3", "first3Ms", "ms"],
  ["pairs in which the lesser was first", "overtaken", "%"],
  ["shown twice to one person", "twice", ""],
  ["never arrived", "missing", ""],
  ["frames at the hotline", "atHotline", ""],
  ["RSS before", "idleMb", "MB"],
  ["RSS at most", "peakMb", "MB"],
];

export async function reachBench(folder: string, { runs }: { readonly runs: number }, say: Say): Promise<Findings> {
  const results = new Results();
  for (let turn = 1; turn <= runs; turn++) {
    say(`run ${turn} of ${runs}`);
    await run(join(folder, `reach-${turn}`), results, say);
  }
  const channels = Object.keys(results.medians()["reach"] ?? {}).flatMap((name) =>
    / messages$/.test(name) ? [name.replace(" messages", "")] : [],
  );
  const own = channels.flatMap((channel): Row[] => [
    [`${channel}: messages`, `${channel} messages`, ""],
    ["p50", `${channel} p50`, "ms"],
    ["the last", `${channel} max`, "ms"],
  ]);
  return {
    results,
    subjects: [{ name: "reach", description: "200 alarms at once, three relatives each, over every channel" }],
    rows: [...ROWS, ...own],
    targets: [
      limit("reach: shown twice to a person for one offer", results.sum("reach", "twice"), 0, "messages"),
      limit("reach: never arrived", results.sum("reach", "missing"), 0, "messages"),
    ],
  };
}
