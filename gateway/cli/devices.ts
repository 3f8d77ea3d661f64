import type { DeviceView } from "../core/device-view.ts";
import { takeOption, takeWords, type Typed } from "./arguments.ts";
import { ask, connect } from "./connect.ts";
import type { GatewayClient } from "./gateway-client.ts";
import { print, printJson } from "./print.ts";
import { wrongUse } from "./usage.ts";

type DeviceAnswer = { readonly device: DeviceView };

export const actOn = (client: GatewayClient, device: string, act: string, body: object = {}): Promise<DeviceAnswer> =>
  ask<DeviceAnswer>(client, { method: "POST", path: `/api/devices/${encodeURIComponent(device)}/${act}`, body });

/** suspend, resume, retire: whether a device is relied on; checked: somebody has looked at it. */
export async function standing(typed: Typed): Promise<number> {
  const [id = ""] = takeWords(typed, 1, 1);
  if (!("url" in typed.options)) takeOption(typed, "as");
  const client = await connect(typed, "open");
  try {
    const { device } = await actOn(client, id, typed.command);
    if (typed.options.json) printJson({ device });
    else print(`${device.id} ${device.standing}`);
    return 0;
  } finally {
    await client.close();
  }
}

/** Puts a device into test mode and prints each press with its result, until the mode ends. */
export async function test(typed: Typed): Promise<number> {
  const [id = ""] = takeWords(typed, 1, 1, "minutes", "stop");
  const { minutes, stop } = typed.options;
  if (!("url" in typed.options)) takeOption(typed, "as");
  if (stop === true && minutes !== undefined) throw wrongUse("--stop and --minutes do not go together", "test");
  const body = minutes === undefined ? {} : { minutes: minutesOf(minutes) };
  const client = await connect(typed, "refuse");
  try {
    if (stop !== true) return await runTest(client, id, body, typed.options.json === true);
    return await endTestMode(client, id, typed.options.json === true);
  } finally {
    await client.close();
  }
}

export async function endTestMode(client: GatewayClient, id: string, json: boolean): Promise<number> {
  const { device } = await actOn(client, id, "end-test");
  if (json) printJson({ device });
  else print(`${device.id}: no longer in test mode / 已退出测试`);
  return 0;
}

export function minutesOf(text: string | boolean): number {
  const minutes = Number(text);
  if (typeof text === "string" && text.trim() !== "" && Number.isFinite(minutes)) return minutes;
  throw wrongUse(`--minutes ${String(text)}: must be a number`, undefined);
}

/** One event of the stream, as far as a test is about it. */
interface Happened {
  readonly kind: string;
  readonly device?: string;
  readonly test?: string;
  readonly report?: string;
  readonly passed?: boolean;
  readonly detail?: string;
  readonly why?: string;
  readonly alarm?: string;
}

interface Tried {
  readonly test: string;
  readonly report: string;
  readonly passed: boolean | null;
  readonly detail: string;
}

/** The stream is opened first: no press can fall between. */
async function runTest(client: GatewayClient, id: string, body: object, json: boolean): Promise<number> {
  const say = (text: string): void => void (json || print(text));
  const lines = client.follow("/api/stream")[Symbol.asyncIterator]();
  await lines.next();
  const { device } = await actOn(client, id, "test", body);
  say(
    `现在按一次；20 秒内按两次将作为真实警情处理\n${device.id} until ${device.testMode?.until}: press it now, once; twice within 20 s is real`,
  );
  const watch = new TestWatch(device.id, say);
  while (!watch.isOver) {
    const { value, done } = await lines.next();
    if (done === true) break;
    if (value.startsWith("data:")) watch.take(JSON.parse(value.slice("data:".length)) as Happened);
  }
  await lines.return?.();
  const { ended, alarm, presses } = watch;
  if (json) printJson({ device: device.id, ended, alarm, presses });
  return alarm === null && presses.length > 0 && presses.every(({ passed }) => passed === true) ? 0 : 1;
}

/** What became of each press of one device in test mode. */
class TestWatch {
  readonly #device: string;
  readonly #say: (text: string) => void;
  readonly #tried = new Map<string, Tried>();
  /** Why the mode ended; null while it lasts. */
  ended: string | null = null;
  /** The alarm that two presses in a row opened. */
  alarm: string | null = null;

  constructor(device: string, say: (text: string) => void) {
    this.#device = device;
    this.#say = say;
  }

  get presses(): readonly Tried[] {
    return [...this.#tried.values()];
  }

  /** The mode has ended and nothing it started is still on its way. */
  get isOver(): boolean {
    return this.ended !== null && this.presses.every(({ passed }) => passed !== null);
  }

  take({ kind, device, test = "", report = "test", passed, detail = "", why = "", alarm }: Happened): void {
    const known = this.#tried.get(test);
    if (kind === "test-ended" && known) {
      this.#tried.set(test, { ...known, passed: passed === true, detail });
      return this.#say(`${test}: ${passed === true ? "passed / 通过" : "FAILED / 未通过"}: ${detail}`);
    }
    if (device !== this.#device) return;
    if (kind === "test-started") {
      this.#tried.set(test, { test, report, passed: null, detail: "" });
      this.#say(`${test}: pressed (${report}), on its way to the hotline / 已按下，正在上报热线`);
    } else if (kind === "test-mode-ended") {
      this.ended = why;
      this.#say(`test mode ended / 测试结束: ${why}`);
    } else if (kind === "alarm-opened" && alarm !== undefined) {
      this.alarm = alarm;
      this.#say(`REAL / 真实警情: alarm ${alarm}`);
    }
  }
}
