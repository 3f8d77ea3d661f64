import type { SimModem } from "./modem.ts";
import type { SimCall } from "./sim-call.ts";

/** The commands that a simulated modem knows, after 3GPP TS 27.005 and 27.007 and SIMCom's manuals. */
export class AtCommands {
  readonly #modem: SimModem;
  readonly #call: SimCall;

  constructor(modem: SimModem, call: SimCall) {
    this.#modem = modem;
    this.#call = call;
  }

  run(text: string): void {
    const command = text.toUpperCase();
    if (!command.startsWith("AT")) return;
    const [, name = "", rest = ""] = /^AT(\+[A-Z]+|D(?=[+0-9])|[A-Z&]*\d?)(.*)$/.exec(command) ?? [];
    const handler = this.#handlers[name];
    if (handler) handler(rest);
    else this.#error(100);
  }

  readonly #handlers: Readonly<Record<string, (rest: string) => void>> = {
    "": () => this.#ok(),
    E0: () => this.#set({ echo: false }),
    E1: () => this.#set({ echo: true }),
    V1: () => this.#ok(),
    "+CMEE": (rest) => this.#set({ errors: Number(rest.slice(1)) }),
    "+CGMI": () => this.#tell("SIMCOM INCORPORATED"),
    "+CGMM": () => this.#tell(this.#modem.model),
    "+CPIN": (rest) => this.#pin(rest),
    "+CREG": (rest) => (rest === "?" ? this.#tell(`+CREG: 1,${this.#modem.faults.registration}`) : this.#ok()),
    "+CEREG": (rest) => (rest === "?" ? this.#tell("+CEREG: 0,0") : this.#ok()),
    "+CSQ": () => this.#tell(`+CSQ: ${this.#modem.faults.signal},0`),
    "+CMGF": (rest) => this.#set({ pduMode: rest === "=0" }),
    "+CPMS": (rest) => this.#store(rest),
    "+CNMI": (rest) => this.#news(rest),
    "+CSCA": () => this.#ok(),
    "+CSMS": () => this.#tell("+CSMS: 1,1,1"),
    "+CMMS": () => this.#ok(),
    "+CMGS": (rest) => this.#sending(rest),
    "+CMGL": () => this.#list(),
    "+CMGR": (rest) => this.#read(Number(rest.slice(1))),
    "+CMGD": (rest) => {
      this.#modem.remove(Number(rest.slice(1)));
      this.#ok();
    },
    "+DDET": (rest) => (this.#modem.faults.speechless ? this.#error(4) : this.#set({ keys: rest === "=1" })),
    "+CTTS": (rest) => this.#speak(rest),
    "+CLCC": () => {
      const state = this.#call.state;
      if (state !== null) this.#modem.say(`+CLCC: 1,0,${state},0,0,"${this.#call.number}",129`);
      this.#ok();
    },
    D: (rest) => {
      if (this.#modem.faults.voiceless) return this.#error(3);
      if (!this.#isReady()) return this.#error(30);
      this.#ok();
      this.#call.dial(rest.replace(";", ""));
    },
    "+CHUP": () => this.#hangUp(),
    H: () => this.#hangUp(),
  };

  #hangUp(): void {
    this.#call.end();
    this.#ok();
  }

  #ok(): void {
    this.#modem.result("OK");
  }

  #set(settings: Partial<SimModem["settings"]>): void {
    Object.assign(this.#modem.settings, settings);
    this.#ok();
  }

  #tell(line: string): void {
    this.#modem.say(line);
    this.#ok();
  }

  #error(code: number): void {
    if (this.#modem.settings.errors === 0) this.#modem.result("ERROR");
    else this.#modem.say(`+CME ERROR: ${code}`);
  }

  #smsError(code: number): void {
    this.#modem.say(`+CMS ERROR: ${code}`);
  }

  #isReady(): boolean {
    const { faults, unlocked } = this.#modem;
    return faults.hasSim && (faults.pin === null || unlocked);
  }

  #pin(rest: string): void {
    const modem = this.#modem;
    if (!modem.faults.hasSim) return this.#error(10);
    if (rest === "?") {
      if (modem.triesLeft === 0) return this.#tell("+CPIN: SIM PUK");
      return this.#tell(this.#isReady() ? "+CPIN: READY" : "+CPIN: SIM PIN");
    }
    if (modem.triesLeft === 0) return this.#error(12);
    if (rest !== `="${modem.faults.pin}"`) {
      modem.triesLeft--;
      return this.#error(modem.triesLeft === 0 ? 12 : 16);
    }
    modem.triesLeft = 3;
    modem.unlocked = true;
    this.#ok();
    for (const line of ["+CPIN: READY", "SMS Ready"]) modem.say(line);
  }

  #store(rest: string): void {
    if (!this.#isReady()) return this.#smsError(this.#modem.faults.hasSim ? 311 : 310);
    const { storage, faults } = this.#modem;
    const counts = `${storage.size},${faults.storageMax}`;
    this.#tell(
      rest === "?"
        ? `+CPMS: ${Array(3).fill(`"SM",${counts}`).join(",")}`
        : `+CPMS: ${Array(3).fill(counts).join(",")}`,
    );
  }

  #news(rest: string): void {
    const [, newTexts, , reports] = rest.slice(1).split(",").map(Number);
    const { reports: able } = this.#modem.faults;
    if ((reports === 1 && able !== "direct") || (reports === 2 && able !== "stored")) return this.#smsError(303);
    this.#set({ newTexts: newTexts === 1, reports: reports ?? 0 });
  }

  #sending(rest: string): void {
    if (!this.#isReady()) return this.#smsError(this.#modem.faults.hasSim ? 311 : 310);
    if (!this.#modem.settings.pduMode) return this.#smsError(302);
    if (![1, 5].includes(this.#modem.faults.registration)) return this.#smsError(331);
    this.#modem.askForPdu(Number(rest.slice(1)));
  }

  #list(): void {
    if (!this.#isReady()) return this.#smsError(310);
    for (const [index, message] of this.#modem.storage) {
      this.#modem.write(
        `\r\n+CMGL: ${index},${message.read ? 1 : 0},,${message.pdu.length / 2 - 1}\r\n${message.pdu}\r\n`,
      );
      message.read = true;
    }
    this.#ok();
  }

  #read(index: number): void {
    const message = this.#modem.storage.get(index);
    if (!message) return this.#smsError(321);
    this.#modem.write(`\r\n+CMGR: ${message.read ? 1 : 0},,${message.pdu.length / 2 - 1}\r\n${message.pdu}\r\n`);
    message.read = true;
    this.#ok();
  }

  #speak(rest: string): void {
    const text = /^=1,"([0-9A-F]+)"$/.exec(rest)?.[1];
    if (this.#modem.faults.speechless || text === undefined) return this.#error(100);
    this.#ok();
    this.#call.hear(Buffer.from(text, "hex").swap16().toString("utf16le"));
  }
}
