import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A SIP account, or a way without one. */
export interface SipAccount {
  /** What it is called at the server, and what it shows to those who are called. */
  readonly user: string;
  /** The server or domain; null: calls go from phone to phone, by their SIP addresses. */
  readonly server: string | null;
  /** Null: as `user`. */
  readonly authUser: string | null;
  readonly password: string | null;
  /** `sip:proxy.example.cn`; null: none. */
  readonly proxy: string | null;
  readonly transport: "udp" | "tcp" | "tls";
  /** Registers at the server, so that it is known to be there and calls back reach it. */
  readonly register: boolean;
  /** Where calls back come in without a registration, and the address that calls leave from; null: any. */
  readonly listen: { readonly host: string; readonly port: number } | null;
  /** PEM file of the authorities that sign the server's certificate; null: the certificate is not checked. */
  readonly ca: string | null;
  /** Seconds between two registrations or two probes. */
  readonly heartbeatS: number;
}

/** Where Debian keeps them, on each of its architectures. */
const MODULES = "/usr/lib/baresip/modules";
const LIBRARY_MODULES = ["g711.so", "aufile.so", "aubridge.so"];
const APPLICATION_MODULES = ["account.so", "menu.so", "ctrl_tcp.so"];

/** A phone that is gone without a word ends its call after this long without sound of it. */
const MUTE_MAX_S = 60;

/** The devices of aubridge: what one call plays is what the other one hears. */
export const TO_UNIT = "unit";
export const FROM_UNIT = "caller";
/** Plays into nothing. */
export const NOWHERE = "nowhere";

/** Writes what baresip reads at its start, for nobody else's eyes. */
export function writeBaresipFiles(
  folder: string,
  account: SipAccount,
  { control, isFirst }: { readonly control: number; readonly isFirst: boolean },
): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writePrivate(join(folder, "config"), configOf(account, control, isFirst));
  writePrivate(join(folder, "accounts"), accountsOf(account, isFirst));
}

export function writePrivate(file: string, content: string | Buffer): void {
  writeFileSync(file, content, { mode: 0o600 });
  // The mode counts for new files only.
  chmodSync(file, 0o600);
}

function configOf({ listen, ca, transport }: SipAccount, control: number, isFirst: boolean): string {
  // Only the first line is called from outside; the others take any port.
  const local = listen ? [`sip_listen ${listen.host}:${isFirst ? listen.port : 0}`] : [];
  const isWildcard = listen === null || listen.host === "0.0.0.0" || listen.host === "::";
  const lines = [
    "poll_method epoll",
    ...local,
    ...(isWildcard ? [] : [`net_interface ${listen.host}`]),
    ...(ca !== null && transport === "tls" ? [`sip_cafile ${ca}`] : []),
    "call_max_calls 1",
    "audio_source aufile,silence.wav",
    `audio_player aubridge,${NOWHERE}`,
    "audio_alert aubridge,alert",
    // Its own tones would be played into the devices that join two calls.
    "audio_path ./none",
    "ringback_disabled yes",
    "menu_bell no",
    "statmode_default off",
    "ausrc_srate 8000",
    "auplay_srate 8000",
    "ausrc_channels 1",
    "auplay_channels 1",
    `rtp_timeout ${MUTE_MAX_S}`,
    `module_path ${MODULES}`,
    ...LIBRARY_MODULES.map((module) => `module ${module}`),
    ...APPLICATION_MODULES.map((module) => `module_app ${module}`),
    `ctrl_tcp_listen 127.0.0.1:${control}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** The first speaks to those who are called, the second to the wearer's speaking unit. */
function accountsOf(account: SipAccount, isFirst: boolean): string {
  const { user, server, authUser, password, proxy, transport, register, heartbeatS, listen } = account;
  const domain = server ?? listen?.host ?? "one-key-call.invalid";
  const regint = register && isFirst ? heartbeatS : 0;
  const shared = [
    `<sip:${user}@${domain};transport=${transport}>`,
    "audio_codecs=pcma,pcmu",
    "answermode=manual",
    "call_transfer=no",
    "mwi=no",
    ...(authUser === null ? [] : [`auth_user=${authUser}`]),
    ...(password === null ? [] : [`auth_pass=${password}`]),
    ...(proxy === null ? [] : [`outbound="${proxy};transport=${transport}"`]),
  ].join(";");
  const toUnit = `audio_source=aubridge,${TO_UNIT};audio_player=aubridge,${FROM_UNIT}`;
  return `${shared};regint=${regint}\n${shared};regint=0;${toUnit}\n`;
}
