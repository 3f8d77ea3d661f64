import { join } from "node:path";
import type { DurationMs } from "../../core/units.ts";
import { Baresip, type BaresipOptions } from "./baresip.ts";
import { FROM_UNIT, NOWHERE, TO_UNIT, writePrivate } from "./baresip-files.ts";
import type { BaresipEvent } from "./control-link.ts";
import { endingOf, registerWhy, type Ending } from "./endings.ts";
import {
  newCall,
  NO_SIGN,
  NOBODY,
  NOTHING_TO_SAY,
  type CallEvents,
  type Command,
  type CurrentCall,
  type LineEvents,
  type Speech,
} from "./line-call.ts";
import { durationOf, silence, wavOf } from "./wav.ts";

/** Silence behind what is spoken: baresip ends a call where its file ends. */
const TAIL_MS = 20_000;

/** One telephone line: a baresip of its own, with one call at a time, so that no call can be taken for another one. */
export class SpeakingLine {
  readonly #options: BaresipOptions;
  readonly #events: LineEvents;
  readonly #baresip: Baresip;
  #call: CurrentCall | null = null;
  #isReady = false;
  /** Commands that end the call before, without their answer: events of that call may still come until then. */
  #ending = 0;
  #files = 0;

  constructor(options: BaresipOptions, events: LineEvents) {
    this.#options = options;
    this.#events = events;
    this.#baresip = new Baresip(options, {
      ready: () => {
        this.#isReady = true;
        events.ready();
        void this.#askRegistration();
      },
      down: (why) => {
        this.#isReady = false;
        this.#end({ how: "not-made", why });
        events.down(why);
      },
      event: (event) => this.#take(event),
      line: (text) => {
        if (/^-{5} OPTIONS of |: OPTIONS failed: \d/.test(text)) events.probed(text);
      },
    });
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get isFree(): boolean {
    return this.#isReady && this.#call === null && this.#ending === 0;
  }

  start(): void {
    this.#baresip.start();
  }

  async stop(): Promise<void> {
    this.#end({ how: "withdrawn" });
    this.#isReady = false;
    await this.#baresip.stop();
  }

  /** Calls this SIP address once `speech` is made; it begins when somebody answers. Only on a free line. */
  dial(uri: string, speech: Promise<Speech>, events: CallEvents): void {
    const call = this.#begin(NOTHING_TO_SAY, events, false);
    speech.then(
      (made) => {
        if (this.#call !== call) return;
        call.speech = made;
        call.isDialed = true;
        this.#after(call, this.#options.limits.setUpMs, () => this.#drop(call, NO_SIGN));
        this.#order(call, [
          ["ausrc", `aufile,${this.#write(made)}`],
          ["dial", uri],
        ]);
      },
      (error: unknown) => this.#drop(call, { how: "not-made", why: (error as Error).message }),
    );
  }

  /** Speaks this instead of what is being spoken; `then` runs when it was heard to the end. */
  say(pcm: Buffer, then: () => void): void {
    const call = this.#call;
    if (!call) return;
    this.#clear(call);
    const speech = { pcm, toldMs: durationOf(pcm) };
    this.#order(call, [["ausrc", `aufile,${this.#write(speech)}`]]);
    this.#after(call, speech.toldMs, then);
    this.#bound(call, this.#options.limits.callMs);
  }

  /** Reads the message from its beginning. */
  again(then: () => void): void {
    const call = this.#call;
    if (!call) return;
    this.say(call.speech.pcm, then);
    this.#told(call);
  }

  hangUp(ending: Ending): void {
    if (this.#call) this.#drop(this.#call, ending);
  }

  /** Calls the wearer's speaking unit and joins it to this call; `done` says whether, and again when it has ended. */
  join(uri: string, done: (isJoined: boolean) => void): void {
    const call = this.#call;
    if (!call || call.unit) return;
    call.unit = { id: null, isJoined: false };
    call.onUnit = done;
    // The unit has an account of its own in this baresip; every command goes to one account, in turn.
    this.#order(call, [["uanext"], ["dial", uri], ["uanext"]]);
    this.#after(call, this.#options.limits.ringMs, () => {
      if (call.unit && !call.unit.isJoined) this.#part(call, true);
    });
  }

  /** Asks the other side for any answer. */
  probe(uri: string): void {
    if (this.#isReady) void this.#baresip.command("options", uri).catch(() => undefined);
  }

  /** It registers as soon as it is up, before its events are followed: how that went has to be asked. */
  async #askRegistration(): Promise<void> {
    const { account, isFirst } = this.#options;
    if (!account.register || !isFirst) return;
    const said = await this.#baresip.command("reginfo").catch(() => "");
    // Of the account in use the line begins with ">"; OK and ERR stand in colours.
    const state = /^> .*\[\d+m(OK|ERR)/m.exec(said)?.[1];
    if (state === "OK") this.#events.registered(true, "registered");
    if (state === "ERR") this.#events.registered(false, "the SIP server refuses the registration");
  }

  #begin(speech: Speech, events: CallEvents, isIncoming: boolean): CurrentCall {
    return (this.#call = newCall(speech, events, isIncoming));
  }

  #take(event: BaresipEvent): void {
    if (event.type === "REGISTER_OK") return this.#events.registered(true, "registered");
    if (event.type === "REGISTER_FAIL") return this.#events.registered(false, registerWhy(event.param));
    if (event.type === "CALL_INCOMING") return this.#accept(event);
    const call = this.#call;
    if (!call || event.id === null || event.isIncoming !== call.isIncoming) {
      if (call?.unit && event.id !== null && !event.isIncoming) this.#takeOfUnit(call, event);
      return;
    }
    call.id ??= event.id;
    if (event.id === call.id) this.#takeOfCall(call, event);
    else if (call.unit) this.#takeOfUnit(call, event);
  }

  #takeOfCall(call: CurrentCall, { type, param }: BaresipEvent): void {
    if ((type === "CALL_RINGING" || type === "CALL_PROGRESS") && call.phase === "dialing") {
      call.phase = "ringing";
      this.#clear(call);
      this.#after(call, this.#options.limits.ringMs, () => this.#drop(call, { how: "no-answer" }));
      call.events.ringing();
    } else if (type === "CALL_ESTABLISHED" && call.phase !== "talking") this.#answered(call);
    else if (type === "CALL_DTMF_START" && call.phase === "talking") call.events.key(param);
    else if (type === "CALL_CLOSED")
      this.#end(call.phase !== "talking" ? endingOf(param) : { how: call.isTold ? "no-key" : "hung-up" });
  }

  #answered(call: CurrentCall): void {
    call.phase = "talking";
    this.#clear(call);
    this.#told(call);
    this.#after(call, durationOf(call.speech.pcm), () => this.#drop(call, { how: "no-key" }));
    this.#bound(call, this.#options.limits.callMs);
    call.events.answered();
  }

  #told(call: CurrentCall): void {
    this.#after(call, call.speech.toldMs, () => {
      if (call.isTold) return;
      call.isTold = true;
      call.events.told();
    });
  }

  #accept({ id, peer }: BaresipEvent): void {
    if (this.#call) return this.#release([...this.#pick(id), ["hangup"]]);
    const call = this.#begin(NOTHING_TO_SAY, NOBODY, true);
    call.id = id;
    this.#bound(call, this.#options.limits.callMs);
    void this.#events.incoming(peer).then((answer) => {
      if (this.#call !== call) return answer?.events(this).ended({ how: "hung-up" });
      if (!answer) return this.#drop(call, { how: "withdrawn" });
      call.events = answer.events(this);
      call.speech = answer.speech;
      this.#order(call, [["ausrc", `aufile,${this.#write(answer.speech)}`], ["accept"]]);
    });
  }

  #takeOfUnit(call: CurrentCall, { type, id }: BaresipEvent): void {
    const unit = call.unit!;
    unit.id ??= id;
    if (id !== unit.id) return;
    if (type === "CALL_ESTABLISHED" && !unit.isJoined) {
      unit.isJoined = true;
      this.#clear(call);
      this.#bound(call, this.#options.limits.talkMs);
      this.#order(call, [
        ["ausrc", `aubridge,${FROM_UNIT}`],
        ["auplay", `aubridge,${TO_UNIT}`],
      ]);
      call.onUnit?.(true);
    } else if (type === "CALL_CLOSED") this.#part(call, false);
  }

  /** The speaking unit leaves the call; whoever else is in it stays. */
  #part(call: CurrentCall, hangUp: boolean): void {
    call.unit = null;
    this.#order(call, [
      ...(hangUp ? ([["uanext"], ["hangup"], ["uanext"]] as Command[]) : []),
      ["auplay", `aubridge,${NOWHERE}`],
    ]);
    const done = call.onUnit;
    call.onUnit = null;
    done?.(false);
  }

  /** Hangs up ourselves. */
  #drop(call: CurrentCall, ending: Ending): void {
    if (this.#call !== call) return;
    if (call.isDialed) this.#release([...this.#pick(call.id), ["hangup"]]);
    this.#end(ending);
  }

  #end(ending: Ending): void {
    const call = this.#call;
    if (!call) return;
    this.#clear(call);
    if (call.unit) this.#release([["uanext"], ["hangup"], ["uanext"], ["auplay", `aubridge,${NOWHERE}`]]);
    this.#call = null;
    call.events.ended(ending);
    if (this.isFree) this.#events.free();
  }

  /** Commands after which this line is free; what one of them cannot find is over already. */
  #release(commands: readonly Command[]): void {
    this.#ending++;
    const done = (): void => {
      this.#ending--;
      if (this.isFree) this.#events.free();
    };
    this.#commands(commands).then(done, done);
  }

  /** Commands that this call depends on: a baresip that fails on one cannot carry it. */
  #order(call: CurrentCall, commands: readonly Command[]): void {
    this.#commands(commands).catch((error: unknown) =>
      this.#drop(call, { how: "not-made", why: (error as Error).message }),
    );
  }

  async #commands(commands: readonly Command[]): Promise<void> {
    const answers = await Promise.allSettled(commands.map((one) => this.#baresip.command(...one)));
    const failed = answers.find((one) => one.status === "rejected");
    if (failed) throw failed.reason as Error;
  }

  /** The current call of the account is the one that commands act on. */
  #pick(id: string | null): readonly Command[] {
    return id === null ? [] : [["callfind", id]];
  }

  /** A file beside baresip, by a name of its own: the one before may still be read. */
  #write({ pcm }: Speech): string {
    this.#files = (this.#files + 1) % 4;
    const name = `say-${this.#files}.wav`;
    writePrivate(join(this.#baresip.folder, name), wavOf(Buffer.concat([pcm, silence(TAIL_MS)])));
    return name;
  }

  #bound(call: CurrentCall, ms: DurationMs): void {
    this.#after(call, ms, () => this.#drop(call, { how: call.isTold ? "no-key" : "hung-up" }));
  }

  #after(call: CurrentCall, ms: DurationMs, run: () => void): void {
    call.timers.push(
      this.#options.clock.after(ms, () => {
        if (this.#call === call) run();
      }),
    );
  }

  #clear(call: CurrentCall): void {
    for (const timer of call.timers.splice(0)) timer.cancel();
  }
}
