import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { freePorts } from "./free-ports.ts";

/** Debian's place of the drivers and of the server itself; /sbin/upsd asks whether the machine wants one. */
const NUT = "/lib/nut";
const START_MAX_MS = 10_000;

/** A real NUT server with a UPS whose driver reads a file, in a folder of its own and without a system service. */
export class Nut {
  readonly name = "okc";
  port = 0;
  readonly #folder = mkdtempSync(join(tmpdir(), "okc-nut-"));
  #driver: ChildProcess | null = null;
  #server: ChildProcess | null = null;
  #said = 0;

  static async start(
    status = "OL",
    login: { readonly user: string; readonly password: string } | null = null,
  ): Promise<Nut> {
    const nut = new Nut();
    [nut.port] = (await freePorts(1)) as [number];
    nut.#write("ups.conf", `pollinterval = 1\n[${nut.name}]\n  driver = dummy-ups\n  port = okc.dev\n`);
    nut.#write("upsd.conf", `LISTEN 127.0.0.1 ${nut.port}\nSTATEPATH ${nut.#folder}\nMAXAGE 10\n`);
    nut.#write("upsd.users", login ? `[${login.user}]\n  password = ${login.password}\n` : "");
    nut.say(status);
    await nut.startDriver();
    await nut.startServer();
    return nut;
  }

  /** What the UPS says of itself from now on. */
  say(status: string, chargePct = 100, runtimeS = 1_800): void {
    const file = this.#write(
      "okc.dev",
      `ups.status: ${status}\nbattery.charge: ${chargePct}\nbattery.runtime: ${runtimeS}\n`,
    );
    // The driver looks at the time of the file, in seconds.
    const at = Date.now() / 1_000 + ++this.#said * 2;
    utimesSync(file, at, at);
  }

  async startDriver(): Promise<void> {
    this.#driver = await this.#spawn("dummy-ups", ["-a", this.name, "-F", "-u", userInfo().username]);
  }

  stopDriver(): Promise<void> {
    return end(this.#driver);
  }

  async startServer(): Promise<void> {
    this.#server = await this.#spawn("upsd", ["-F", "-u", userInfo().username]);
    const deadline = performance.now() + START_MAX_MS;
    while (!(await isOpen(this.port)))
      if (performance.now() > deadline) throw new Error(`upsd does not listen on ${this.port}`);
  }

  stopServer(): Promise<void> {
    return end(this.#server);
  }

  async stop(): Promise<void> {
    await this.stopServer();
    await this.stopDriver();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(name: string, text: string): string {
    const file = join(this.#folder, name);
    writeFileSync(file, text);
    chmodSync(file, 0o640);
    return file;
  }

  async #spawn(program: string, args: readonly string[]): Promise<ChildProcess> {
    const env = {
      ...process.env,
      NUT_CONFPATH: this.#folder,
      NUT_STATEPATH: this.#folder,
      NUT_ALTPIDPATH: this.#folder,
    };
    const child = spawn(join(NUT, program), args, { env, stdio: "ignore" });
    await once(child, "spawn");
    return child;
  }
}

async function end(child: ChildProcess | null): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => setTimeout(resolve, 20, false));
  });
}
