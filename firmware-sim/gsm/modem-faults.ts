/** What can be wrong with a simulated modem, its SIM or its network; change it at any time. */
export interface ModemFaults {
  /** The SIM asks for this PIN after each start; null: it asks for none. */
  pin: string | null;
  hasSim: boolean;
  /** The second number of +CREG: 1 at home, 5 roaming, 0 not searching, 2 searching, 3 refused. */
  registration: 0 | 1 | 2 | 3 | 5;
  /** The first number of +CSQ, 0 to 31; 99: not known. */
  signal: number;
  /** Errors of +CMS that the next sendings end with, one each; 0: none. */
  sendErrors: number[];
  /** That many sendings get no `>`. */
  noPrompt: number;
  /** That many sendings go through without any result. */
  noResult: number;
  /** That many sendings end with a restart of the modem. */
  resetInSending: number;
  /** It does not answer at all. */
  mute: boolean;
  /** It echoes although it was told not to. */
  echo: boolean;
  /** Noise on the wire before each answer. */
  garbage: boolean;
  /** Its answers come byte by byte. */
  piecewise: boolean;
  /** Answers as numbers, although it was told otherwise. */
  numeric: boolean;
  /** Reports wait until `releaseReports`. */
  holdReports: boolean;
  loseReports: boolean;
  /** What the network reports of the next messages (TP-Status), one each; 0, delivered, when there is none. */
  reportStatuses: number[];
  /** Messages that the SIM has room for. */
  storageMax: number;
  /** Reports that it can tell: as they come, stored, or none. */
  reports: "direct" | "stored" | "none";
  /** It cannot speak text in calls. */
  speechless: boolean;
  /** It knows no voice calls. */
  voiceless: boolean;
}

export const NO_MODEM_FAULTS: Readonly<ModemFaults> = {
  pin: null,
  hasSim: true,
  registration: 1,
  signal: 22,
  sendErrors: [],
  noPrompt: 0,
  noResult: 0,
  resetInSending: 0,
  mute: false,
  echo: false,
  garbage: false,
  piecewise: false,
  numeric: false,
  holdReports: false,
  loseReports: false,
  reportStatuses: [],
  storageMax: 20,
  reports: "direct",
  speechless: false,
  voiceless: false,
};
