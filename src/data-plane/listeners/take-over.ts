import { Socket } from "node:net";
import { type Intake, lendingIntake, streamIntake } from "../http1/intake.ts";

/** What an accepted socket is made of. Not documented, but what Node's own cluster module passes around. */
interface Handled {
  _handle: object | null;
}

/**
 * Gives a socket that a server accepted, paused, the reading that node:net offers to clients alone (`onread`): no stream and no fresh
 * buffer for each piece. Where Node has changed underneath, the socket is read as the stream it is.
 */
export function takeOver(accepted: Socket): { readonly socket: Socket; readonly intake: Intake } {
  const handled = accepted as unknown as Handled;
  const handle = handled._handle;
  if (handle === null || handle === undefined) return { socket: accepted, intake: streamIntake(accepted) };
  handled._handle = null;
  const { intake, onread } = lendingIntake();
  // `handle` is missing from the types, as it is from the documentation.
  const options = { handle, onread, allowHalfOpen: true } as ConstructorParameters<typeof Socket>[0];
  return { socket: new Socket(options), intake };
}
