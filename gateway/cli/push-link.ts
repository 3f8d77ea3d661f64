import { takeWords, type Typed } from "./arguments.ts";
import { ask, connect } from "./connect.ts";
import { print, printJson } from "./print.ts";

/** Makes the link by which one person switches notifications on, on whatever telephone opens it. */
export async function pushLink(typed: Typed): Promise<number> {
  const [responder = ""] = takeWords(typed, 1, 1);
  const client = await connect(typed, "refuse");
  try {
    const path = `/api/responders/${encodeURIComponent(responder)}/push-link`;
    const made = await ask<{ link: string; expiresAt: string }>(client, { method: "POST", path, body: {} });
    if (typed.options.json) printJson(made);
    else
      print(`${made.link}\n只发给本人，${made.expiresAt} 前有效 / for this person only, good until ${made.expiresAt}`);
    return 0;
  } finally {
    await client.close();
  }
}
