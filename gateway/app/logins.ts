import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Actor } from "../core/directory.ts";
import { GatewayError } from "../core/errors.ts";
import type { DirectoryEvent } from "../core/events.ts";
import type { Input, Reply } from "../core/input.ts";
import type { Role } from "../core/kinds.ts";
import { actorOfSession, ALREADY_SET_UP, isUseToNote } from "../core/sessions.ts";
import { siteOf, type State } from "../core/state.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log, Meter } from "../ports/log.ts";
import type { Logins, OpenedSession } from "../ports/logins.ts";
import type { Passwords } from "../ports/passwords.ts";
import { LoginThrottle } from "./login-throttle.ts";

export interface LoginDeskParts {
  readonly app: { readonly state: State; submit(input: Input): Promise<Reply> };
  readonly save: (events: readonly DirectoryEvent[]) => Promise<void>;
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Pick<Meter, "count">;
}

/** No rules of composition: length is what counts (NIST SP 800-63B, 3.1.1.2). */
export const PASSWORD_MIN_CHARS = 10;
export const PASSWORD_MAX_CHARS = 256;
const NAME_MAX_CHARS = 64;
/** Fewer different characters are a key held down. */
const DIFFERENT_MIN = 4;
/** Letters and digits that nobody takes for one another: 32 of them, five bits each. */
const CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const CODE_LENGTH = 12;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const newCode = (): string =>
  [...randomBytes(CODE_LENGTH)].map((byte) => CODE_LETTERS[byte % CODE_LETTERS.length]).join("");
/** As it is shown: in groups of four. */
const grouped = (code: string): string => code.match(/.{4}/g)!.join("-");
const cleanName = (name: string): string => name.normalize("NFC").trim();

/** Logins and sessions, by the journal. What is secret is kept as a hash only. */
export class LoginDesk implements Logins {
  readonly #parts: LoginDeskParts;
  readonly #throttle: LoginThrottle;
  #code: string | null = null;
  /** What unknown names are checked against, so that they take as long as known ones. */
  #decoy: Promise<string> | null = null;

  constructor(parts: LoginDeskParts) {
    this.#parts = parts;
    this.#throttle = new LoginThrottle(parts.clock);
  }

  get setupCode(): string | null {
    if (siteOf(this.#state).isSetUp) return null;
    return grouped((this.#code ??= newCode()));
  }

  async setUp(given: { code: string; name: string; password: string }, from: string): Promise<OpenedSession> {
    const actor = await this.#throttle.run("set-up code", from, async () => {
      // The core says so once more: while a password is hashed, another may have been faster.
      if (siteOf(this.#state).isSetUp) throw new GatewayError("not-now", ALREADY_SET_UP);
      if (!this.#isCode(given.code)) return null;
      const name = nameFor(given.name);
      const passwordHash = await this.#hash(name, given.password);
      const reply = await this.#parts.app.submit({ type: "set-up", name, passwordHash });
      if (!reply.ok) throw new GatewayError(reply.code, reply.message);
      return this.#state.logins.get(name)!;
    });
    if (actor) return this.#open(actor, { login: actor.name, tokenSha256: null });
    this.#refused(from, "set-up code");
    throw new GatewayError("not-authorised", "this is not the set-up code; okc setup-code shows it on the gateway");
  }

  async logIn(name: string, password: string, from: string): Promise<OpenedSession> {
    const login = cleanName(name);
    const actor = await this.#throttle.run(login, from, async () => {
      const known = this.#state.logins.get(login);
      const hash = known?.passwordHash ?? (await (this.#decoy ??= this.#parts.passwords.hash(newCode())));
      const isRight = await this.#parts.passwords.verify(hash, password);
      // Looked up anew: it may have been removed while the hash was computed.
      return known && isRight ? (this.#state.logins.get(login) ?? null) : null;
    });
    if (actor) return this.#open(actor, { login, tokenSha256: null });
    this.#refused(from, "password");
    throw new GatewayError("not-authorised", "name or password is wrong");
  }

  async exchange(token: string): Promise<OpenedSession | null> {
    const tokenSha256 = sha256(token);
    const known = this.#state.tokens.get(tokenSha256);
    return known ? this.#open(known, { login: null, tokenSha256 }) : null;
  }

  async logOut(secret: string): Promise<void> {
    await this.#parts.app.submit({ type: "session", do: "end", sha256: sha256(secret) });
  }

  actorOf(secret: string): Actor | null {
    const { app, clock } = this.#parts;
    const session = sha256(secret);
    const now = clock.now();
    const actor = actorOfSession(this.#state, session, now);
    if (actor && isUseToNote(this.#state, session, now))
      void app.submit({ type: "session", do: "use", sha256: session });
    return actor;
  }

  list(): readonly Actor[] {
    return [...this.#state.logins.values()].map(({ name, role }) => ({ name, role }));
  }

  async add(given: string, role: Role, password: string): Promise<void> {
    const name = nameFor(given);
    if (this.#state.logins.get(name))
      throw new GatewayError("bad-input", `${name} may log in already; okc logins passwd ${name} sets a new password`);
    await this.#save(name, role, password);
  }

  async changePassword(given: string, password: string): Promise<void> {
    const { name, role } = this.#known(given);
    await this.#save(name, role, password);
  }

  async remove(given: string): Promise<void> {
    await this.#parts.save([{ kind: "login-removed", name: this.#known(given).name }]);
  }

  get #state(): State {
    return this.#parts.app.state;
  }

  #known(given: string): Actor {
    const name = cleanName(given);
    const known = this.#state.logins.get(name);
    if (!known) throw new GatewayError("not-found", `nobody logs in as ${name}; okc logins lists who does`);
    return known;
  }

  async #save(name: string, role: Role, password: string): Promise<void> {
    const passwordHash = await this.#hash(name, password);
    await this.#parts.save([{ kind: "login-saved", name, role, passwordHash }]);
  }

  /** Throws `bad-input` for a password that is too weak. */
  async #hash(name: string, password: string): Promise<string> {
    const weakness = weaknessOf(name, password);
    if (weakness !== null) throw new GatewayError("bad-input", weakness);
    return this.#parts.passwords.hash(password);
  }

  async #open(
    { name, role }: Actor,
    holder: { readonly login: string | null; readonly tokenSha256: string | null },
  ): Promise<OpenedSession> {
    const secret = randomBytes(32).toString("base64url");
    await this.#parts.app.submit({ type: "session", do: "open", sha256: sha256(secret), ...holder });
    this.#parts.meter.count("okc_logins_total", { result: "in" });
    return { secret, actor: { name, role } };
  }

  #isCode(given: string): boolean {
    const code = Buffer.from(sha256(this.#code ?? newCode()));
    return timingSafeEqual(code, Buffer.from(sha256(given.toUpperCase().replaceAll(/[^A-Z0-9]/g, ""))));
  }

  #refused(from: string, what: string): void {
    this.#parts.meter.count("okc_logins_total", { result: "refused" });
    this.#parts.log.warn(`a login was refused: wrong ${what}`, { from });
  }
}

/** A new login's name as it is kept. Throws `bad-input`. */
function nameFor(given: string): string {
  const name = cleanName(given);
  if (name === "" || name.length > NAME_MAX_CHARS || /\p{Cc}/u.test(name) || name.startsWith("@"))
    throw new GatewayError("bad-input", `a login's name has 1–${NAME_MAX_CHARS} characters and does not begin with @`);
  return name;
}

/** What is wrong with a password, for the person who chose it; null: nothing. */
function weaknessOf(name: string, password: string): string | null {
  if (password.length < PASSWORD_MIN_CHARS)
    return `the password has ${password.length} characters; it needs ${PASSWORD_MIN_CHARS} or more, of any kind`;
  if (password.length > PASSWORD_MAX_CHARS) return `the password has more than ${PASSWORD_MAX_CHARS} characters`;
  if (new Set(password).size < DIFFERENT_MIN || "01234567890123456789".includes(password) || password === name)
    return "this password is the first that anybody would try; choose another";
  return null;
}
