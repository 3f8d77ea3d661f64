import { SystemClock } from "../adapters/clock/system-clock.ts";
import { inBoth } from "../core/chinese.ts";
import { GatewayError } from "../core/errors.ts";
import { parseDuration, DURATION_FORM, minutes, seconds } from "../core/units.ts";
import type { Typed } from "./arguments.ts";
import { ask, connect } from "./connect.ts";
import { print } from "./print.ts";
import { wrongUse } from "./usage.ts";

interface Proof {
  readonly address: string;
  readonly publicUrl: string;
  readonly state: "waiting" | "proved" | "expired";
  readonly expiresAt: string;
  readonly visits: readonly { readonly at: string; readonly from: string; readonly why: string | null }[];
}

const LOOK_MS = seconds(1);
/** How long it waits where `--wait` says nothing; the address itself lives as long. */
const WAIT_MS = minutes(10);

/**
 * Shows a one-time address under `http.publicUrl`, and waits until it was opened from a public network. With `--json`
 * one line when the address is there and one at the end. Gives 0 when it is proved.
 */
export async function provePublic(typed: Typed): Promise<number> {
  const waitMs = waitOf(typed);
  const isJson = typed.options.json === true;
  const client = await connect(typed, "refuse");
  const clock = new SystemClock();
  try {
    let proof = await ask<Proof>(client, { method: "POST", path: "/api/proofs", body: {} });
    if (isJson) print(JSON.stringify(proof));
    else for (const line of invitation(proof)) print(line);
    const { address } = proof;
    let told = 0;
    for (const end = clock.now() + waitMs; proof.state === "waiting" && clock.now() < end;) {
      await new Promise<void>((again) => void clock.after(LOOK_MS, again));
      proof = await ask<Proof>(client, { method: "GET", path: "/api/proofs" });
      if (proof.address !== address)
        throw new GatewayError("stale", "somebody asked for a newer address meanwhile: this one is no longer good");
      for (const { at, from, why } of proof.visits.slice(told))
        if (!isJson) print(`${at}  ${why === null ? `已从公网 ${from} 打开 / opened from ${from}` : inBoth(why)}`);
      told = proof.visits.length;
    }
    if (isJson) print(JSON.stringify(proof));
    else print(conclusion(proof));
    return proof.state === "proved" ? 0 : 1;
  } finally {
    await client.close();
  }
}

function waitOf({ options: { wait } }: Typed): number {
  if (wait === undefined) return WAIT_MS;
  const waitMs = parseDuration(String(wait));
  if (waitMs === null) throw wrongUse(`--wait ${String(wait)}: must be ${DURATION_FORM}`, "doctor");
  return waitMs;
}

const invitation = ({ address, expiresAt }: Proof): string[] => [
  "把下面的地址发到一部手机，关闭手机 Wi-Fi，用移动网络打开，再点页面上的按钮：",
  "send this address to a phone, switch its Wi-Fi off, open it over the mobile network and tap its button:",
  "",
  address,
  "",
  `等待打开，有效至 ${expiresAt} / waiting; good until ${expiresAt} (Ctrl-C ends it)`,
];

function conclusion({ state, publicUrl }: Proof): string {
  if (state === "proved")
    return `${publicUrl} is proved: messages to responders carry links from now on / 公网地址已验证，今后的消息带链接`;
  return `${publicUrl} is not proved: messages to responders carry no link / 公网地址未验证，消息不带链接`;
}
