import type { Failed } from "../exchange/failure.ts";
import type { GatewayResponse } from "../exchange/response.ts";
import type { BodyDecoder } from "./body-decoder.ts";
import type { IncomingBody } from "./incoming-body.ts";
import type { UpstreamRequest } from "./upstream-request.ts";

/** The request that a connection to an upstream is busy with, and how far it has come. */
export interface RunningRequest {
  readonly request: UpstreamRequest;
  readonly resolve: (response: GatewayResponse) => void;
  readonly reject: (failure: Failed) => void;
  requestSent: boolean;
  interim: number;
  /** Set once the head has come. */
  body: IncomingBody | null;
  decoder: BodyDecoder | null;
  persistent: boolean;
}
