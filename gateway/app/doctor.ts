import { DESK_PATH } from "../core/desk-path.ts";
import type { Facilities } from "../core/events.ts";
import { siteOf, type PublicProof, type State } from "../core/state.ts";
import { todoOf } from "../core/todo.ts";
import { namesOf } from "../core/watch.ts";
import type { Finding } from "../ports/desk.ts";

/** What only the machine knows. */
export interface Surroundings {
  /** What the watches over machine and power have to say. */
  watched(): readonly Finding[];
  /** Tells the key file in use from another one; null: it is not there yet. */
  keyMark(): string | null;
  readonly publicUrl: string | null;
}

/** Looks at everything that would fail in the night, and says what to do about it. */
export function examine(
  state: State,
  facilities: Facilities,
  policies: { readonly problems: readonly string[]; readonly warnings: readonly string[]; readonly changed: boolean },
  surroundings: Surroundings & { readonly demo: boolean },
): readonly Finding[] {
  return [
    ...faultFindings(state),
    ...facilityFindings(facilities),
    publicFinding(siteOf(state).publicProof, surroundings),
    ...(surroundings.publicUrl?.startsWith("http:")
      ? [finding("public-url-plain", "warning", PLAIN, "put a proxy with TLS before the gateway and use https://")]
      : []),
    ...peopleFindings(state, facilities),
    ...deviceFindings(state),
    ...policies.problems.map((message, index) =>
      finding(`policy-${index}`, "error", message, "correct policies.yaml or the duty file"),
    ),
    ...policies.warnings.map((message, index) =>
      finding(`policy-warning-${index}`, "warning", message, "see `okc policy check`"),
    ),
    ...(policies.changed
      ? [
          finding(
            "policies-changed",
            "warning",
            "the policies' or the duty file was changed",
            "restart the gateway to apply it",
          ),
        ]
      : []),
    ...surroundings.watched(),
    ...machineFindings(state, surroundings),
  ];
}

const finding = (id: string, level: Finding["level"], message: string, todo = ""): Finding => ({
  id,
  level,
  message,
  todo,
});

function* faultFindings(state: State): Iterable<Finding> {
  for (const { key, code, detail } of state.faults.values())
    // The desk's own finding says more.
    if (key !== DESK_PATH) yield finding(key, "error", `${code}: ${detail}`, todoOf(code));
}

function facilityFindings({ hotline, siren, channels }: Facilities): Finding[] {
  return [
    hotline
      ? finding("hotline", "ok", "a hotline receiver is configured")
      : finding("hotline", "warning", "no hotline receiver is configured", "add an entry under hotline in okc.yaml"),
    channels.length > 0
      ? finding("channels", "ok", "a channel to volunteers is configured")
      : finding(
          "channels",
          "warning",
          "no channel to volunteers is configured",
          "add an entry under volunteers in okc.yaml",
        ),
    siren
      ? finding("siren", "ok", "a siren is configured")
      : finding("siren", "warning", "no siren is configured", "add siren: { command: [...] } to okc.yaml"),
  ];
}

const PLAIN = "http.publicUrl is not https: links and answers cross the public network unprotected";

/** Messages carry links only where somebody outside has opened one. */
function publicFinding(proof: PublicProof | null, { publicUrl, demo }: { publicUrl: string | null; demo: boolean }) {
  const id = "public-url";
  if (publicUrl === null && demo)
    return finding(id, "ok", "demo: links open on this machine only; no public address is proved");
  if (publicUrl === null)
    return finding(id, "warning", "no public address for answers is configured", "set http.publicUrl in okc.yaml");
  if (proof?.url === publicUrl)
    return finding(id, "ok", `${publicUrl} was opened from a public network at ${new Date(proof.at).toISOString()}`);
  return finding(
    id,
    "warning",
    `${publicUrl} was never opened from a public network: messages to responders carry no link`,
    "run `okc doctor --public` and open its address on a phone with Wi-Fi off",
  );
}

function peopleFindings(state: State, { channels }: Facilities): Finding[] {
  const unknown = [...state.residents.values()].filter(({ account, zone }) => account === null || zone === null);
  const mute = [...state.responders.values()].filter(
    ({ id }) => !(state.contacts.get(id) ?? []).some(({ channel }) => channels.includes(channel)),
  );
  const findings: Finding[] = [];
  if (unknown.length > 0)
    findings.push(
      finding(
        "residents-without-zone",
        "warning",
        `the hotline cannot know ${unknown.length} residents: ${namesOf(unknown.map(({ id }) => id))}`,
        "import them with account and zone",
      ),
    );
  if (mute.length > 0)
    findings.push(
      finding(
        "responders-without-contact",
        "warning",
        `${mute.length} responders cannot be reached: ${namesOf(mute.map(({ id }) => id))}`,
        "import contacts on a channel that okc.yaml has",
      ),
    );
  return findings;
}

function deviceFindings(state: State): Finding[] {
  const all = [...state.enrolled.values()];
  const orphans = all.filter(({ resident }) => resident === null);
  const silent = all.filter(({ id }) => !state.devices.get(id));
  const findings: Finding[] = [];
  if (orphans.length > 0)
    findings.push(
      finding(
        "devices-without-resident",
        "warning",
        `nobody would know who pressed ${namesOf(orphans.map(({ id }) => id))}`,
        "import them with a resident",
      ),
    );
  if (silent.length > 0)
    findings.push(
      finding(
        "devices-unproved",
        "warning",
        `${silent.length} devices were never heard: ${namesOf(silent.map(({ id }) => id))}`,
        "press each once as a test",
      ),
    );
  return findings;
}

function machineFindings(state: State, surroundings: Surroundings): Finding[] {
  const { clockTrustAt, keyCopy } = siteOf(state);
  const trusted = clockTrustAt === null;
  return [
    keyCopy !== null && keyCopy.mark === surroundings.keyMark()
      ? finding("key-copy", "ok", `a copy of the key file was shown at ${new Date(keyCopy.at).toISOString()}`)
      : finding(
          "key-copy",
          "warning",
          "nobody has shown a copy of the key file: without it no backup can be restored",
          "copy the file key in the data folder to another place, then run `okc key check FILE` on that copy",
        ),
    trusted
      ? finding("clock", "ok", "the clock is trusted")
      : finding("clock", "warning", "the clock was stepped: hours of duty are not applied", "check the network time"),
  ];
}
