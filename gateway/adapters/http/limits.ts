import { minutes, seconds } from "../../core/units.ts";

/** The bytes of a request's body; a larger one is refused. */
export const BODY_MAX_BYTES = 64 * 1024;
/** … of an imported file. */
export const IMPORT_MAX_BYTES = 10 * 1024 * 1024;
/** … of what a city platform tells. */
export const PLATFORM_BODY_MAX_BYTES = 16 * 1024;
/** A request that is not whole by then is dropped. */
export const REQUEST_MAX_MS = seconds(30);
/** The network's backlog of connections that wait to be taken; the kernel may hold fewer. */
export const BACKLOG = 512;
/** Connections at once; those beyond it are closed at once. */
export const CONNECTIONS_MAX = 1_000;
/** Streams at once; one more is refused with 429. */
export const STREAMS_MAX = 200;
/** A stream says something at least this often, so that a page notices within five seconds that it stands alone. */
export const HEARTBEAT_MS = seconds(2);
/** A client that takes nothing for this long is dropped; it comes back with its last event and misses nothing. */
export const SLOW_MAX_MS = seconds(20);
/** Events read from the journal at once for a client that catches up. */
export const PAGE_EVENTS = 200;
/** Failed identifications from one address within `FAILED_WITHIN_MS`; what fails beyond is answered 429. */
export const FAILED_MAX = 20;
export const FAILED_WITHIN_MS = minutes(1);
/** Addresses whose failures are remembered; the oldest is forgotten first. */
export const ADDRESSES_MAX = 1_000;
/** The longest path of a Unix socket; the kernel's bound is 107 bytes on Linux, 103 elsewhere. */
export const SOCKET_PATH_MAX_BYTES = 100;
/** How long `stop` waits for requests under way; then their connections are cut. */
export const STOP_MAX_MS = seconds(3);
/** The longest name a person may act under, and the longest note. */
export const NAME_MAX_CHARS = 64;
export const NOTE_MAX_CHARS = 2_000;
/** How long the one-time address that proves the public one can be opened. */
export const PROOF_WITHIN_MS = minutes(10);
/** Visits to it that are told of; a later one takes the place of the last. */
export const VISITS_MAX = 20;
/** Entries of X-Forwarded-For that are looked at, the last ones. */
export const HOPS_MAX = 10;
