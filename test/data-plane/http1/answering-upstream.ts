import { expect } from "vitest";
import type { Body } from "../../../src/data-plane/exchange/body.ts";
import type { GatewayResponse } from "../../../src/data-plane/exchange/response.ts";
import { RecordingUpstream } from "../../support/recording-upstream.ts";

export const OK = "HTTP/1.1 200 OK\r\n";
/** What a promise is rejected with: this failure, whatever its detail. */
export const failing = (failure: string): unknown => expect.objectContaining({ failure });

/** The body of a response, of a megabyte at most. */
export async function content(response: GatewayResponse): Promise<string> {
  return (await (response.body as Body).bytes(1_000_000)).toString("latin1");
}

/** Answers with these octets, then with FIN where `end` is set. */
export function answering(octets: string, end = false): Promise<RecordingUpstream> {
  return RecordingUpstream.start({
    onRequest: ({ connection }) => {
      connection.write(octets);
      if (end) connection.end();
      return null;
    },
  });
}
