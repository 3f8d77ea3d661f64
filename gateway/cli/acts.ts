import { readPolicyFile } from "../adapters/policies/read-policy-file.ts";
import type { AlarmView } from "../core/alarm-view.ts";
import { chineseLinesOf, inBoth } from "../core/chinese.ts";
import { OUTCOMES, ROLES } from "../core/kinds.ts";
import type { Finding } from "../ports/desk.ts";
import { takeOption, takeWords, type Typed } from "./arguments.ts";
import { ask, configOf, connect } from "./connect.ts";
import { refusalOf, type GatewayClient } from "./gateway-client.ts";
import { print, printJson, printMarked } from "./print.ts";
import { provePublic } from "./public-proof.ts";
import { wrongUse } from "./usage.ts";

/** How often a command that meets a changed alarm looks again; what it wants is the same. */
const TRIES_MAX = 3;

/** take, release, arrive, verify-cancel, close, note, resolve: always on the version just read. */
export async function act(typed: Typed): Promise<number> {
  const body = bodyOf(typed);
  const [id = ""] = typed.words;
  if (!("url" in typed.options)) takeOption(typed, "as");
  const client = await connect(typed, "refuse");
  try {
    const alarm = await perform(client, id, typed.command, body);
    if (typed.options.json) printJson({ alarm });
    else print(`${alarm.id} ${alarm.state}${alarm.owner === null ? "" : ` ${alarm.owner}`}`);
    return 0;
  } finally {
    await client.close();
  }
}

function bodyOf(typed: Typed): Record<string, string> {
  if (typed.command === "note") return { text: takeWords(typed, 2, 2)[1]! };
  if (typed.command !== "resolve") {
    takeWords(typed, 1, 1);
    return {};
  }
  takeWords(typed, 1, 1, "outcome", "note");
  const outcome = takeOption(typed, "outcome");
  if (!(OUTCOMES as readonly string[]).includes(outcome))
    throw wrongUse(`no outcome ${outcome}; allowed: ${OUTCOMES.join(", ")}`, "resolve");
  const { note } = typed.options;
  return typeof note === "string" ? { outcome, note } : { outcome };
}

async function perform(
  client: GatewayClient,
  id: string,
  command: string,
  body: Record<string, string>,
): Promise<AlarmView> {
  const path = `/api/alarms/${encodeURIComponent(id)}`;
  for (let tries = 1; ; tries++) {
    const { alarm } = await ask<{ alarm: AlarmView }>(client, { method: "GET", path });
    const answer = await client.call({
      method: "POST",
      path: `${path}/${command}`,
      body: { version: alarm.version, ...body },
    });
    if (answer.status < 300) return (answer.body as { alarm: AlarmView }).alarm;
    const code = (answer.body as { error?: { code?: string } }).error?.code;
    if (code !== "stale" || tries >= TRIES_MAX) throw refusalOf(answer);
  }
}

export async function accounts(typed: Typed): Promise<number> {
  const [verb, user] = takeWords(typed, 2, 2, "bridge");
  if (verb !== "add") throw wrongUse(`accounts knows only add, not ${verb}`, "accounts");
  const bridge = takeOption(typed, "bridge");
  const client = await connect(typed, "open");
  try {
    const made = await ask<{ user: string; password: string }>(client, {
      method: "POST",
      path: "/api/accounts",
      body: { user, bridge },
    });
    if (typed.options.json) printJson(made);
    else print(`user ${made.user}\npassword ${made.password}\n(shown once / 只显示一次)`);
    return 0;
  } finally {
    await client.close();
  }
}

export async function token(typed: Typed): Promise<number> {
  const [verb] = takeWords(typed, 1, 1, "role");
  if (verb !== "create") throw wrongUse(`token knows only create, not ${verb}`, "token");
  const body = { role: takeOption(typed, "role"), name: takeOption(typed, "as") };
  if (!(ROLES as readonly string[]).includes(body.role))
    throw wrongUse(`no role ${body.role}; allowed: ${ROLES.join(", ")}`, "token");
  const client = await connect(typed, "open");
  try {
    const made = await ask<{ token: string; name: string; role: string }>(client, {
      method: "POST",
      path: "/api/tokens",
      body,
    });
    if (typed.options.json) printJson(made);
    else print(`${made.token}\n(${made.name}, ${made.role}; shown once / 只显示一次)`);
    return 0;
  } finally {
    await client.close();
  }
}

/** Checks the policies' file as it is now, whatever the gateway that runs has in force. */
export async function policy(typed: Typed): Promise<number> {
  const [verb] = takeWords(typed, 1, 1);
  if (verb !== "check") throw wrongUse(`policy knows only check, not ${verb}`, "policy");
  refuseWrongPolicies(typed);
  const client = await connect(typed, "open");
  try {
    const path = "/api/policies/check";
    const found = await ask<{ problems: string[]; warnings: string[] }>(client, { method: "GET", path });
    if (typed.options.json) printJson(found);
    else {
      for (const problem of found.problems) printMarked("error", ...inBoth(problem).split("\n"));
      for (const warning of found.warnings) printMarked("warning", ...inBoth(warning).split("\n"));
      if (found.problems.length + found.warnings.length === 0) print("every step reaches somebody / 每一步都有人可找");
    }
    return found.problems.length > 0 ? 1 : 0;
  } finally {
    await client.close();
  }
}

/** A file that cannot be read as policies is a wrong configuration, whether the gateway runs or not. */
function refuseWrongPolicies(typed: Typed): void {
  if (typed.options.url !== undefined) return;
  const { policies } = configOf(typed);
  if (policies !== null) readPolicyFile(policies);
}

export async function doctor(typed: Typed): Promise<number> {
  takeWords(typed, 0, 0, "public", "wait");
  if (typed.options.public === true) return provePublic(typed);
  if (typed.options.wait !== undefined) throw wrongUse("--wait goes with --public", "doctor");
  const client = await connect(typed, "open");
  try {
    const found = await ask<{ findings: Finding[] }>(client, { method: "GET", path: "/api/doctor" });
    const findings = [isRunning(client), ...found.findings];
    if (typed.options.json) printJson({ findings });
    else for (const finding of findings) printFinding(finding);
    return findings.some(({ level }) => level === "error") ? 1 : 0;
  } finally {
    await client.close();
  }
}

function printFinding({ level, id, message, todo }: Finding): void {
  const line = (said: string, toBeDone: string): string => `${id}: ${said}${todo === "" ? "" : ` → ${toBeDone}`}`;
  const [saidInChinese, todoInChinese] = [chineseLinesOf(message), chineseLinesOf(todo)];
  const chinese = saidInChinese ?? todoInChinese;
  printMarked(
    level,
    ...(chinese === null ? [] : [line(saidInChinese ?? message, todoInChinese ?? todo)]),
    line(message, todo),
  );
}

/** The first thing that would fail in the night. */
const isRunning = ({ runs }: GatewayClient): Finding =>
  runs
    ? { id: "gateway", level: "ok", message: "the gateway runs", todo: "" }
    : {
        id: "gateway",
        level: "error",
        message: "the gateway does not run: no press is heard",
        todo: "start it with okc start",
      };
