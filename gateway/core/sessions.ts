import type { Actor, Session } from "./directory.ts";
import type { Draft } from "./draft.ts";
import type { Input, Reply } from "./input.ts";
import { siteOf, type Tables } from "./state.ts";
import { hours, type EpochMs } from "./units.ts";

/** A session that nothing used for this long is over: longer than a shift, shorter than a night and a day. */
export const SESSION_IDLE_MAX_MS = hours(12);
/** Its use is journaled this often, so that a restart knows of it; an open page uses it every few seconds. */
export const SESSION_NOTED_EVERY_MS = hours(1);
/** Sessions at once; one more ends the one that was used longest ago. */
export const SESSIONS_MAX = 200;

const isIdle = ({ usedAt }: Session, now: EpochMs): boolean => now - usedAt > SESSION_IDLE_MAX_MS;

/** Who a session stands for, by what the login or token is now; null: nobody any more. */
export function actorOfSession(tables: Tables, sha256: string, now: EpochMs): Actor | null {
  const session = tables.sessions.get(sha256);
  if (!session || isIdle(session, now)) return null;
  const { login, tokenSha256 } = session;
  const known = login === null ? tables.tokens.get(tokenSha256 ?? "") : tables.logins.get(login);
  return known ? { name: known.name, role: known.role } : null;
}

/** Whether the journal should hear that this session is in use. */
export function isUseToNote(tables: Tables, sha256: string, now: EpochMs): boolean {
  const session = tables.sessions.get(sha256);
  return session !== undefined && now - session.usedAt >= SESSION_NOTED_EVERY_MS;
}

export const ALREADY_SET_UP = "the first administrator was made already: log in";

/** Of two who have the right code at once, the second is refused: nobody becomes administrator unseen by the first. */
export function takeSetUp(draft: Draft, { name, passwordHash }: Extract<Input, { type: "set-up" }>): Reply {
  if (siteOf(draft.tables).isSetUp) return { ok: false, code: "not-now", message: ALREADY_SET_UP };
  draft.emit({ kind: "login-saved", name, role: "administrator", passwordHash });
  return { ok: true, changed: true };
}

export function takeSession(draft: Draft, input: Extract<Input, { type: "session" }>): void {
  const { tables, now } = draft;
  const { sha256 } = input;
  switch (input.do) {
    case "open":
      makeRoom(draft);
      return draft.emit({
        kind: "session-opened",
        sha256,
        login: input.login,
        tokenSha256: input.tokenSha256,
        at: now,
      });
    case "use":
      if (isUseToNote(tables, sha256, now)) draft.emit({ kind: "session-used", sha256, at: now });
      return;
    case "end":
      if (tables.sessions.get(sha256)) draft.emit({ kind: "session-ended", sha256, at: now });
  }
}

function makeRoom(draft: Draft): void {
  const byUse = [...draft.tables.sessions.values()].sort((a, b) => a.usedAt - b.usedAt);
  byUse.forEach((session, index) => {
    const isTooMany = byUse.length - index >= SESSIONS_MAX;
    if (isTooMany || isIdle(session, draft.now))
      draft.emit({ kind: "session-ended", sha256: session.sha256, at: draft.now });
  });
}
