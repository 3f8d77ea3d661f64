import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { rflinkDefinition } from "../../devices/serial/rflink.ts";
import { zigbee2mqttDefinition } from "../../devices/mqtt/zigbee2mqtt.ts";
import type { Decoded } from "../../gateway/core/definition.ts";

/** Messages of real devices, beside the project where they are at hand; they are never part of it. */
const FOLDER = new URL("../../../shared/fixtures/", import.meta.url);

interface Sample {
  readonly topic?: string;
  readonly payload: string;
  readonly needs_enrolment?: boolean;
  readonly expect: {
    readonly kind: string;
    readonly device_id: string | null;
    readonly battery?: number;
    readonly battery_ok?: boolean;
  };
}

const samplesOf = (file: string): readonly Sample[] =>
  readFileSync(new URL(file, FOLDER), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Sample);

const zigbee = zigbee2mqttDefinition("zigbee2mqtt");

function decodeLine({ payload }: Sample): Decoded[] {
  return rflinkDefinition
    .createFramer()
    .push(Buffer.from(payload, "latin1"))
    .map((piece) =>
      "frame" in piece ? rflinkDefinition.decode(piece.frame) : { type: "rejected", ...piece.rejected },
    );
}

/** A topic with a wildcard-like name in it stands for any name. */
const decodeMessage = ({ topic, payload }: Sample): Decoded[] => [zigbee.decode(topic!, Buffer.from(payload))];

/** What a sample says of a decoded message: kind, address, battery. */
function judge(sample: Sample, decoded: readonly Decoded[], normalize: (address: string) => string | null): void {
  const { kind, device_id: device, battery, battery_ok: batteryOk } = sample.expect;
  assert.equal(decoded.length, 1);
  const [one] = decoded;
  const shown = JSON.stringify(one);
  if (one!.type !== "reports") {
    const heartbeat = one!.type === "bridge" && one!.state === "online";
    assert.equal(kind, heartbeat ? "heartbeat" : "other", shown);
    if (one!.type === "lost") assert.equal(one!.address, normalize(device!), shown);
    return;
  }
  const [report] = one!.reports;
  const bare = sample.needs_enrolment === true && report!.kind === "other" && report!.press !== null;
  assert.equal(bare ? "emergency" : report!.kind, kind, shown);
  if (device !== null) assert.equal(report!.address, normalize(device), shown);
  if (battery !== undefined) assert.equal(report!.batteryPct, battery, shown);
  if (batteryOk !== undefined) assert.equal(report!.batteryOk, batteryOk, shown);
  if (kind === "other" && !bare)
    assert.ok(
      one!.reports.every((each) => each.kind === "other"),
      shown,
    );
}

describe("real messages beside the project", () => {
  const files = [
    ["rflink.jsonl", decodeLine, rflinkDefinition.normalizeAddress],
    ["rflink_commands.jsonl", decodeLine, rflinkDefinition.normalizeAddress],
    ["zigbee2mqtt.jsonl", decodeMessage, zigbee.normalizeAddress],
  ] as const;
  for (const [file, decode, normalize] of files) {
    const samples = existsSync(new URL(file, FOLDER)) ? samplesOf(file) : [];
    it(`${file}: ${samples.length} are here, and each reads as it is said to`, () => {
      for (const sample of samples) judge(sample, decode(sample), normalize);
    });
  }
});
