import { ROLES } from "../core/kinds.ts";
import type { Actor } from "../core/directory.ts";
import { takeOption, takeWords, type Typed } from "./arguments.ts";
import { ask, connect, refuseElsewhere } from "./connect.ts";
import type { GatewayClient } from "./gateway-client.ts";
import { readPassword } from "./password.ts";
import { print, printJson, table } from "./print.ts";
import { wrongUse } from "./usage.ts";

interface Answer {
  readonly logins: readonly Actor[];
}

const VERBS = ["add", "passwd", "remove"];

/** Who logs in with a name and a password: lists, adds, changes, removes. */
export async function logins(typed: Typed): Promise<number> {
  const [verb = "", name = ""] = takeWords(typed, 0, 2, ...(typed.words[0] === "add" ? (["role"] as const) : []));
  if (verb !== "" && (!VERBS.includes(verb) || name === ""))
    throw wrongUse(`logins knows ${VERBS.join(", ")}, each with a NAME; alone it lists`, "logins");
  const role = verb === "add" ? takeOption(typed, "role") : "";
  if (verb === "add" && !(ROLES as readonly string[]).includes(role))
    throw wrongUse(`no role ${role}; allowed: ${ROLES.join(", ")}`, "logins");
  const password = verb === "add" || verb === "passwd" ? await readPassword(name) : "";
  const client = await connect(typed, "open");
  try {
    const known = await perform(client, verb, { name, role, password });
    if (typed.options.json) printJson({ logins: known });
    else if (known.length === 0) print("nobody may log in yet / 还没有人可以登录");
    else
      print(
        table(
          ["name", "role"],
          known.map((one) => [one.name, one.role]),
        ),
      );
    return 0;
  } finally {
    await client.close();
  }
}

async function perform(
  client: GatewayClient,
  verb: string,
  { name, role, password }: { readonly name: string; readonly role: string; readonly password: string },
): Promise<readonly Actor[]> {
  if (verb === "") return (await ask<Answer>(client, { method: "GET", path: "/api/logins" })).logins;
  const [path, body] =
    verb === "add"
      ? ["/api/logins", { name, role, password }]
      : verb === "passwd"
        ? ["/api/logins/password", { name, password }]
        : ["/api/logins/remove", { name }];
  return (await ask<Answer>(client, { method: "POST", path, body })).logins;
}

/** What the first administrator is made with; it changes with each start of the gateway. */
export async function setupCode(typed: Typed): Promise<number> {
  takeWords(typed, 0, 0);
  refuseElsewhere(typed);
  const client = await connect(typed, "refuse");
  const { code } = await ask<{ code: string | null }>(client, { method: "GET", path: "/api/setup-code" });
  if (typed.options.json) printJson({ code });
  else print(code ?? "the first administrator was made already: log in, or use okc logins / 已经设置过，请登录");
  return 0;
}
