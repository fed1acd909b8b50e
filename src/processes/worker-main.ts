// The program of a worker: a data plane that is told everything by message.
// In: messages and listening sockets of the primary. Out: responses to clients, access log on stdout, messages to the primary.
// Never: a file but the program's own, a credential, an end that the primary did not ask for while it lives.
import { BEAT, type FromWorker, type ToWorker } from "./messages.ts";
import { Worker } from "./worker.ts";

/** Messages that the primary has not taken, and how many there may be: one that stands still must not fill our memory. */
let waiting = 0;
const MOST_WAITING = 1000;
/** Where it is behind, what was counted is kept and told later. */
const BEHIND = 20;

const send = (message: FromWorker): void => {
  // What cannot be told any more is of no interest to anybody: see `disconnect` below.
  if (!process.connected || waiting >= MOST_WAITING) return;
  waiting += 1;
  process.send?.(message, undefined, undefined, () => (waiting -= 1));
};

const worker = new Worker(send, process.stdout, (code) => process.exit(code));
process.title = "ts-ingress worker";
// A terminal sends Ctrl-C to everybody, and service managers SIGTERM: the primary gets it too, and says what is to be done.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR2"] as const) process.on(signal, () => {});
// Rejections that nobody handles come here too.
process.on("uncaughtException", (error) => worker.failed(error));
process.on("message", (message, handle) => worker.receive(message as ToWorker, handle));
process.on("disconnect", () => worker.orphaned());
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});
setInterval(() => {
  if (waiting < BEHIND) worker.beat();
}, BEAT);
send({ kind: "ready" });
