import { BrowserPush } from "../app/push-desk.ts";
import type { App } from "../app.ts";
import type { Config } from "../config.ts";
import { localUrlOf } from "./key-signer.ts";
import type { Clock } from "../ports/clock.ts";
import type { PushKeys } from "./push-keys.ts";

/** Browsers as contacts, where okc.yaml has a channel for them: its first. */
export function browserPushOf(
  { volunteers, http, site }: Config,
  { app, clock, keys }: { readonly app: App; readonly clock: Clock; readonly keys: PushKeys },
): BrowserPush | null {
  const entry = volunteers.find(({ channel }) => channel === "push");
  if (entry?.channel !== "push") return null;
  return new BrowserPush({
    channel: entry.name,
    isLocal: entry.local,
    keys,
    clock,
    state: () => app.state,
    save: (events) => app.submit({ type: "save", events }),
    pagesUrl: http.publicUrl ?? (site.demo ? localUrlOf(http) : null),
  });
}
