/** The rows of one device begin so: `silent:okc:0000beef`. */
export const DEVICE_FAULTS = ["silent", "left", "battery", "counter", "tamper", "stuck", "test"] as const;

/** What to do about a fault, by its code, in words that stand in a list. */
export const REMEDIES: Readonly<Record<string, string>> = {
  "device-silent":
    "see that the device is at home, charged and in reach; press it once as a test; else replace its battery or the device, and ask how its wearer is",
  "device-late": "nothing yet; if it becomes silent, it is a fault with what to do",
  "line-quiet":
    "look at the receiver of this line, its antenna and its power; many devices at once seldom fail by themselves",
  "test-due": "press each once as a test within the week: `okc test DEVICE`",
  "test-overdue": "press each once as a test: `okc test DEVICE`; until then nobody knows whether it works",
  "battery-low": "charge it or replace its battery within days, then press it once as a test",
  "counter-old":
    "ask who has the device; if it lost its memory (repaired, battery out), give it a new key and import it again",
  "device-stuck": "look after its wearer first; then free or replace the key that does not come to rest",
  tamper: "look at the device: it was opened or torn off; then press it once as a test, or `okc checked DEVICE`",
  "contact-failed": "ask the person for a number or an app that works and import it; then `okc test-contact RESPONDER`",
  "test-failed": "look at the hotline's row, then press the device once more as a test",
  "line-down": "look at the plug and power of this line's receiver or broker; every device on it is deaf meanwhile",
  "path-down": "look at the network and at the other side; what waits is sent by itself when it is back",
  "http-down": "free the port, or name another under http.listen in okc.yaml",
  "journal-failing": "make room on the data folder's disk or replace it; alarms run from memory meanwhile",
  "journal-damaged": "import people and devices again, then `okc backup`",
  "clock-stepped": "check the machine's network time; hours of duty are not applied until it is steady for an hour",
  "duty-gap": "put somebody on duty then: `okc duty override`, or correct the duty file; `okc duty gaps` has all gaps",
  "desk-asleep": "open the desk's page on a computer with a loudspeaker, log in, and turn its sound on",
  "bridge-down": "look at the bridge's program and power; every device behind it is deaf meanwhile",
  "bridge-silent":
    "look at the bridge's program, its radio and its power; every device behind it is deaf, whatever its connection says",
  "device-left": "pair it with its bridge again, then press it once as a test",
  "sms-sim": "look at the SIM, its holder and its PIN; the other modem sends meanwhile, if there is one",
  "sms-signal": "move the modem's aerial to a window or outside; messages get lost before the link does",
  "sms-reports": "use another modem where it matters whether a telephone has the message",
  "hotline-clock": "set the receiver's clock, or this machine's network time",
};

/** What to do about a fault; a code that is not in the table is named by its detail. */
export const todoOf = (code: string): string => REMEDIES[code] ?? "mend it; the row goes by itself when it is over";
