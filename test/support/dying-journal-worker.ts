// The journal's thread with a fault. In this order: the fault hears each request first.
import "./death-of-a-thread.ts";
import "../../gateway/adapters/journal/journal-worker.ts";
